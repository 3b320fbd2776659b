using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Portal.Web.Control;

/// <summary>One line of JSON each way over the control socket, each of bounded length.</summary>
internal static class ControlLine
{
    /// <summary>Bytes of a question.</summary>
    public const int LongestRequest = 4096;

    /// <summary>Bytes of an answer; an instance takes about 300.</summary>
    public const int LongestAnswer = 16 * 1024 * 1024;

    private const int PieceSize = 4096;

    /// <returns>How many bytes it took.</returns>
    public static async Task<int> SendAsync<T>(Socket socket, T message, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(message, type), (byte)'\n'];
        for (var sent = 0; sent < line.Length;)
            sent += await socket.SendAsync(line.AsMemory(sent), cancellationToken);
        return line.Length;
    }

    /// <summary>Null where the other side sends no whole line of that length, or one that is no such message.</summary>
    public static async Task<T?> ReceiveAsync<T>(Socket socket, int longest, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        using var line = new MemoryStream();
        var piece = new byte[PieceSize];
        while (true)
        {
            var read = await socket.ReceiveAsync(piece, cancellationToken);
            var end = Array.IndexOf(piece, (byte)'\n', 0, read);
            line.Write(piece, 0, end < 0 ? read : end);
            if (read is 0 || line.Length > longest)
                return null;
            if (end >= 0)
                return Read(line, type);
        }
    }

    private static T? Read<T>(MemoryStream line, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(line.GetBuffer().AsSpan(0, (int)line.Length), type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
