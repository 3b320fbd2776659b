using FsCheck;
using FsCheck.Fluent;
using Portal.Web.Proxy;
using Xunit;

namespace Portal.Tests.Fuzz;

/// <summary>Bytes of WebSockets, well formed or not, in whatever pieces they come.</summary>
public sealed class FrameFuzz
{
    /// <summary>Heads of frames, sound and unsound, with or without what they announce.</summary>
    private static readonly Gen<byte[]> Streams = Gen.OneOf(
        Fuzzing.Noise,
        Gen.Elements<byte[]>([0x82, 0x01, 7], [0x89, 0x80, 1, 2, 3, 4], [0x8A, 0], [0x01, 0x7E, 0, 3, 1, 2, 3], [0x82, 0x7F, 0, 0, 0, 0, 0, 0, 0, 1, 9], [0x88, 2, 3, 0xE8], [0x89, 0x7E], [0x83], [0x82, 0x7F, 0xFF])
            .ListOf().Select(frames => frames.SelectMany(frame => frame).ToArray()));

    [Fact]
    public void Where_the_pieces_are_cut_changes_nothing() => Fuzzing.Holds(Streams.Zip(Gen.Choose(0, 10_000).ListOf()), both =>
    {
        var (bytes, places) = both;
        var naive = Naive(bytes, out var isBetween);
        var reader = new FrameReader();
        var at = 0;

        foreach (var piece in Fuzzing.Cut(bytes, places))
        {
            Assert.Equal(naive.AsSpan(at, piece.Length).Contains(true), reader.Read(piece));
            at += piece.Length;
        }

        Assert.Equal(isBetween, reader.IsBetweenFrames);
    }, 4000);

    [Fact]
    public void A_word_of_an_admin_is_a_frame_of_whole_letters() => Fuzzing.Holds(Fuzzing.Texts, word =>
    {
        var frame = SocketEnd.ByAdmin(word).Frame;

        Assert.InRange(frame.Length, 4, 127);
        Assert.Equal((0x88, frame.Length - 2), (frame[0], frame[1]));
        var strict = new System.Text.UTF8Encoding(false, throwOnInvalidBytes: true);
        var whole = strict.GetString(System.Text.Encoding.UTF8.GetBytes(word));
        Assert.StartsWith(strict.GetString(frame, 4, frame.Length - 4), word.Length > 0 ? whole : "An admin closed the app.", StringComparison.Ordinal);
    }, 2000);

    /// <summary>For each byte whether it counts: those of data frames, and all from the first that can belong to none.</summary>
    private static bool[] Naive(byte[] bytes, out bool isBetween)
    {
        var told = new bool[bytes.Length];
        var at = 0;
        isBetween = true;
        while (at < bytes.Length)
        {
            isBetween = false;
            var opcode = bytes[at] & 0x0F;
            var isData = opcode < 8;
            if (opcode is > 2 and < 8 or > 10)
                return From(at);
            told[at] = isData;
            if (at + 1 == bytes.Length)
                return told;
            var size = bytes[at + 1] & 0x7F;
            told[at + 1] = isData;
            if (!isData && size > 125)
                return From(at + 1);

            var width = size is 127 ? 8 : size is 126 ? 2 : 0;
            UInt128 length = (uint)size;
            if (width > 0)
                length = 0;
            for (var i = 0; i < width; i++)
            {
                if (at + 2 + i == bytes.Length)
                    return told;
                told[at + 2 + i] = isData;
                length = (length << 8) | bytes[at + 2 + i];
                if (i == 7 && length > long.MaxValue)
                    return From(at + 2 + i);
            }

            var mask = (bytes[at + 1] & 0x80) is 0 ? 0 : 4;
            var end = (UInt128)at + 2 + (uint)width + (uint)mask + length;
            var until = (int)UInt128.Min(end, (uint)bytes.Length);
            told.AsSpan(at, until - at).Fill(isData);
            isBetween = end <= (uint)bytes.Length;
            at = until;
        }

        return told;

        bool[] From(int lost)
        {
            told.AsSpan(lost).Fill(true);
            return told;
        }
    }
}
