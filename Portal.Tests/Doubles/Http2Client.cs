using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Xunit;

namespace Portal.Tests.Doubles;

/// <summary>
/// Sends requests of HTTP/2 exactly as it is told, whether a client may or not (RFC 9113, RFC 7541), and reads what comes of it.
/// </summary>
/// <param name="stream">A connection on which HTTP/2 was agreed.</param>
internal sealed class Http2Client(Stream stream)
{
    private const byte Data = 0, Headers = 1, Reset = 3, Settings = 4, GoAway = 7, Continuation = 9;
    private const byte EndStream = 1, EndHeaders = 4, Acknowledge = 1;
    private const int LargestFrame = 16 * 1024, HeadOfFrame = 9;

    private readonly StringBuilder _body = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>The status and the body; <c>refused</c> where the stream or the connection was broken off instead.</summary>
    /// <param name="fields">Names and values, pseudo headers like others, in this order.</param>
    public async Task<(string Status, string Body)> AskAsync(params (string Name, string Value)[] fields)
    {
        await BeginAsync();
        var block = BlockOf(fields);
        foreach (var (index, part) in block.Chunk(LargestFrame).Index())
        {
            var isLast = (index + 1) * LargestFrame >= block.Length;
            var flags = (byte)((isLast ? EndHeaders : 0) | (index is 0 ? EndStream : 0));
            await WriteAsync(index is 0 ? Headers : Continuation, flags, 1, part);
        }

        try
        {
            return (await ReadAsync(), _body.ToString());
        }
        catch (IOException)
        {
            return ("refused", "");
        }
    }

    /// <summary>Sends the request and takes it back at once, so many times or until the connection breaks, and reads nothing.</summary>
    public async Task AskAndResetAsync(int times, params (string Name, string Value)[] fields)
    {
        const int Cancel = 8;
        await BeginAsync();
        var block = BlockOf(fields);
        try
        {
            for (var id = 1; id < times * 2; id += 2)
            {
                await WriteAsync(Headers, EndHeaders | EndStream, id, block);
                await WriteAsync(Reset, 0, id, [0, 0, 0, Cancel]);
            }
        }
        catch (IOException)
        {
            // The server has had enough of it.
        }
    }

    private async Task BeginAsync()
    {
        await stream.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray(), Cancelled);
        await WriteAsync(Settings, 0, 0, []);
    }

    private static byte[] BlockOf((string Name, string Value)[] fields) =>
        [.. fields.SelectMany(field => (byte[])[0, .. Literal(field.Name), .. Literal(field.Value)])];

    private async Task<string> ReadAsync()
    {
        var (status, head) = ("", new byte[HeadOfFrame]);
        while (true)
        {
            await stream.ReadExactlyAsync(head, Cancelled);
            var payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
            await stream.ReadExactlyAsync(payload, Cancelled);
            switch (head[3])
            {
                case Settings when (head[4] & Acknowledge) is 0:
                    await WriteAsync(Settings, Acknowledge, 0, []);
                    break;
                case Reset when status is "":
                case GoAway when status is "":
                    return "refused";
                case Reset or GoAway:
                    return status;
                case Headers when status is "":
                    status = StatusIn(payload);
                    break;
                case Data:
                    _body.Append(Encoding.Latin1.GetString(payload));
                    break;
            }

            if (head[3] is Headers or Data && (head[4] & EndStream) is not 0)
                return status;
        }
    }

    /// <summary>The first field is the status: indexed for the seven usual, else three digits after a name or its index.</summary>
    private static string StatusIn(ReadOnlySpan<byte> block)
    {
        const int FirstIndexed = 0x88;
        string[] indexed = ["200", "204", "206", "304", "400", "404", "500"];
        while ((block[0] & 0xe0) is 0x20) // The size of the table may be set first.
            block = block[1..];
        if (block[0] >= FirstIndexed && block[0] - FirstIndexed < indexed.Length)
            return indexed[block[0] - FirstIndexed];
        var digits = block[..Math.Min(block.Length, 16)].IndexOf((byte)3) + 1;
        return int.Parse(Encoding.ASCII.GetString(block.Slice(digits, 3)), CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>A text as it is, its length before it in seven bits and more (RFC 7541, 5.1 and 5.2).</summary>
    private static byte[] Literal(string text)
    {
        const int Most = 127;
        var bytes = Encoding.Latin1.GetBytes(text);
        List<byte> length = [(byte)Math.Min(bytes.Length, Most)];
        for (var rest = bytes.Length - Most; rest >= 0; rest = rest >> 7 is > 0 and var more ? more : -1)
            length.Add((byte)((rest & 0x7f) | (rest >> 7 > 0 ? 0x80 : 0)));
        return [.. length, .. bytes];
    }

    private async Task WriteAsync(byte type, byte flags, int streamId, byte[] payload)
    {
        var frame = new byte[HeadOfFrame + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        (frame[3], frame[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), streamId);
        payload.CopyTo(frame, HeadOfFrame);
        await stream.WriteAsync(frame, Cancelled);
    }
}
