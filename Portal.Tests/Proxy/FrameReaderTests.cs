using Portal.Web.Proxy;
using Xunit;

namespace Portal.Tests.Proxy;

public sealed class FrameReaderTests
{
    private const int Text = 1;
    private const int Binary = 2;
    private const int Close = 8;
    private const int Ping = 9;
    private const int Pong = 10;

    [Theory]
    [InlineData(0, true)]
    [InlineData(Text, true)]
    [InlineData(Binary, true)]
    [InlineData(Close, false)]
    [InlineData(Ping, false)]
    [InlineData(Pong, false)]
    public void Data_counts_and_control_does_not(int opcode, bool counts)
    {
        Assert.Equal(counts, new FrameReader().Read(Frame(opcode, 5)));
        Assert.Equal(counts, new FrameReader().Read(Frame(opcode, 0)));
        Assert.Equal(counts, new FrameReader().Read(Frame(opcode, 125, isMasked: false)));
    }

    [Fact]
    public void Nothing_read_is_nothing_done()
    {
        var reader = new FrameReader();

        Assert.False(reader.Read([]));
        Assert.True(reader.Read([0x83]));
        Assert.False(reader.Read([]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65535)]
    [InlineData(65536)]
    [InlineData(200_000)]
    public void A_frame_of_any_length_ends_where_it_ends(int size)
    {
        foreach (var isMasked in new[] { true, false })
        {
            var reader = new FrameReader();

            Assert.True(reader.Read(Frame(Binary, size, isMasked)));
            Assert.False(reader.Read(Frame(Pong, 4)));
            Assert.True(reader.Read(Frame(Text, size, isMasked)));
            Assert.False(reader.Read(Frame(Ping, 0)));
        }
    }

    [Fact]
    public void Frames_may_be_cut_at_any_byte()
    {
        byte[] bytes = [.. Frame(Ping, 3), .. Frame(Text, 200), .. Frame(Pong, 0), .. Frame(Binary, 70_000, isMasked: false), .. Frame(Close, 2)];
        var naive = Naive(bytes);

        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var reader = new FrameReader();
            Assert.Equal(naive.AsSpan(0, cut).Contains(true), reader.Read(bytes.AsSpan(0, cut)));
            Assert.Equal(naive.AsSpan(cut).Contains(true), reader.Read(bytes.AsSpan(cut)));
        }
    }

    [Fact]
    public void Byte_by_byte_it_tells_what_each_belongs_to()
    {
        byte[] bytes = [.. Frame(Text, 300), .. Frame(Ping, 125), .. Frame(0, 66_000), .. Frame(Pong, 1), .. Frame(Binary, 0), .. Frame(Close, 0)];
        var reader = new FrameReader();

        var told = Array.ConvertAll(bytes, one => reader.Read([one]));

        Assert.Equal(Naive(bytes), told);
    }

    [Fact]
    public void Thousands_of_random_streams_are_read_as_a_naive_reader_reads_them()
    {
        int[] opcodes = [0, Text, Binary, Close, Ping, Ping, Pong, Pong, Pong];
        for (var seed = 0; seed < 5000; seed++)
        {
            var random = new Random(seed);
            var bytes = Enumerable.Range(0, random.Next(1, 12)).SelectMany(_ => Any(random)).ToArray();
            var naive = Naive(bytes);
            var reader = new FrameReader();
            for (int at = 0, size; at < bytes.Length; at += size)
            {
                size = Math.Min(random.Next(1, random.Next(2) is 0 ? 8 : 400), bytes.Length - at);
                Assert.True(naive.AsSpan(at, size).Contains(true) == reader.Read(bytes.AsSpan(at, size)), $"seed {seed}, byte {at}");
            }
        }

        byte[] Any(Random random)
        {
            var opcode = random.GetItems(opcodes, 1)[0];
            var most = opcode >= Close ? 126 : random.Next(8) is 0 ? 70_000 : 200;
            return Frame(opcode, random.Next(most), random.Next(4) > 0, random);
        }
    }

    [Theory]
    [InlineData(0x83, 0x80)] // reserved for data
    [InlineData(0x87, 0x80)]
    [InlineData(0x8B, 0x80)] // reserved for control
    [InlineData(0x8F, 0x00)]
    [InlineData(0x89, 0xFE)] // a ping longer than 125
    [InlineData(0x88, 0x7F)]
    [InlineData(0x82, 0x7F, 0x80, 0, 0, 0, 0, 0, 0, 0)] // longer than 2^63
    [InlineData(0x82, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4)]
    public void What_no_frame_can_be_counts_from_then_on(params int[] bytes)
    {
        var reader = new FrameReader();

        Assert.True(reader.Read(Array.ConvertAll(bytes, one => (byte)one)));
        Assert.True(reader.Read(Frame(Pong, 0)));
    }

    [Fact]
    public void A_frame_as_long_as_can_be_is_one_frame()
    {
        var reader = new FrameReader();

        Assert.True(reader.Read([0x82, 0x7F, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]));
        Assert.True(reader.Read(Frame(Pong, 0)));
    }

    [Fact]
    public void Noise_never_throws()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            var reader = new FrameReader();
            var noise = new byte[random.Next(1, 600)];
            random.NextBytes(noise);
            foreach (var piece in noise.Chunk(random.Next(1, 40)))
                reader.Read(piece);
        }
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        var bytes = Frame(Binary, 70_000);
        var reader = new FrameReader();
        reader.Read(bytes);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            reader.Read(bytes);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static byte[] Frame(int opcode, int size, bool isMasked = true, Random? random = null)
    {
        random ??= new Random(size);
        List<byte> frame = [(byte)((random.Next(2) * 0x80) | opcode)];
        var mask = isMasked ? 0x80 : 0;
        frame.AddRange(size switch
        {
            <= 125 => [(byte)(mask | size)],
            <= ushort.MaxValue => [(byte)(mask | 126), (byte)(size >> 8), (byte)size],
            _ => [(byte)(mask | 127), 0, 0, 0, 0, (byte)(size >> 24), (byte)(size >> 16), (byte)(size >> 8), (byte)size],
        });
        var rest = new byte[(isMasked ? 4 : 0) + size];
        random.NextBytes(rest);
        return [.. frame, .. rest];
    }

    /// <summary>For each byte of whole frames, whether it is of a data frame.</summary>
    private static bool[] Naive(byte[] bytes)
    {
        var told = new bool[bytes.Length];
        for (int at = 0, end; at < bytes.Length; at = end)
        {
            var size = bytes[at + 1] & 0x7F;
            var width = size is 127 ? 8 : size is 126 ? 2 : 0;
            if (width > 0)
                size = Convert.ToInt32(Convert.ToHexString(bytes, at + 2, width), 16);
            end = at + 2 + width + ((bytes[at + 1] & 0x80) is 0 ? 0 : 4) + size;
            told.AsSpan(at, end - at).Fill((bytes[at] & 0x0F) < Close);
        }

        return told;
    }
}
