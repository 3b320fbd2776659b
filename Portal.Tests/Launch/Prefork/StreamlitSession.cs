using System.Net;
using System.Net.WebSockets;
using System.Text;
using Xunit;

namespace Portal.Tests.Launch.Prefork;

/// <summary>Does what Streamlit's page does: runs the script once, and keeps all that the server sends.</summary>
internal static class StreamlitSession
{
    private static readonly HttpClient Client = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Whether the server answers.</summary>
    /// <param name="address">That of _stcore, without a scheme.</param>
    public static async Task<bool> IsReadyAsync(string address)
    {
        try
        {
            using var answer = await Client.GetAsync(new Uri($"http://{address}health"), Cancelled);
            return answer.StatusCode is HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>The messages of a session, up to the one that says that the script has ended.</summary>
    /// <inheritdoc cref="IsReadyAsync"/>
    public static async Task<IReadOnlyList<byte[]>> RunScriptAsync(string address)
    {
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("streamlit");
        await socket.ConnectAsync(new Uri($"ws://{address}stream"), Cancelled);
        byte[] rerun = [0x5A, 0]; // BackMsg.rerun_script, empty
        await socket.SendAsync(rerun, WebSocketMessageType.Binary, endOfMessage: true, Cancelled);
        List<byte[]> messages = [];
        while (await ReceiveAsync(socket) is { } message)
        {
            messages.Add(message);
            if (IsLast(message))
                break;
        }

        return messages;
    }

    private static async Task<byte[]?> ReceiveAsync(ClientWebSocket socket)
    {
        using var whole = new MemoryStream();
        var buffer = new byte[1 << 16];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, Cancelled).WaitAsync(Eventually.Limit, TimeProvider.System, Cancelled);
            if (part.MessageType is WebSocketMessageType.Close)
                return null;
            whole.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
                return whole.ToArray();
        }
    }

    /// <summary>
    /// Whether a ForwardMsg has field 6, script_finished. In protobuf a field is a tag and a number, or a tag, a length and
    /// as many bytes.
    /// </summary>
    private static bool IsLast(byte[] message)
    {
        using var stream = new MemoryStream(message);
        using var reader = new BinaryReader(stream, Encoding.UTF8);
        while (stream.Position < stream.Length)
        {
            var tag = reader.Read7BitEncodedInt64();
            if (tag >> 3 is 6)
                return true;
            var value = reader.Read7BitEncodedInt64();
            if ((tag & 7) is 2)
                stream.Position += value;
        }

        return false;
    }
}
