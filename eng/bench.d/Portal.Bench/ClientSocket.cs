using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Portal.Bench;

/// <summary>A WebSocket as far as a bench needs one: it sends one message, made beforehand, and takes it back.</summary>
internal sealed class ClientSocket : IDisposable
{
    private const int Length = 64;

    private static readonly byte[] Payload = [.. Enumerable.Range(32, Length).Select(letter => (byte)letter)];

    // RFC 6455, section 5.2: a whole binary message; from the client masked, here by nothing, from the server not.
    private static readonly byte[] Sent = [0x82, 0x80 | Length, 0, 0, 0, 0, .. Payload];
    private static readonly byte[] Returned = [0x82, Length, .. Payload];

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[4096];

    public static async Task<ClientSocket> ConnectAsync(int port, string path)
    {
        var client = new ClientSocket();
        await client._socket.ConnectAsync(IPAddress.Loopback, port);
        var head = string.Create(CultureInfo.InvariantCulture,
            $"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
        await client._socket.SendAsync(Encoding.ASCII.GetBytes(head));
        var answer = "";
        while (!answer.EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            var read = await client._socket.ReceiveAsync(client._buffer);
            if (read is 0)
                break;
            answer += Encoding.ASCII.GetString(client._buffer, 0, read);
        }

        if (!answer.StartsWith("HTTP/1.1 101 ", StringComparison.Ordinal))
            throw new IOException($"No WebSocket at {path}: {answer.Split('\r')[0]}");
        return client;
    }

    /// <summary>There and back. Throws <see cref="IOException"/> where something else comes back.</summary>
    public async ValueTask RoundTripAsync()
    {
        await _socket.SendAsync(Sent);
        var got = 0;
        while (got < Returned.Length)
        {
            var read = await _socket.ReceiveAsync(_buffer.AsMemory(got));
            if (read is 0)
                throw new IOException("The connection has ended.");
            got += read;
        }

        if (!_buffer.AsSpan(0, got).SequenceEqual(Returned))
            throw new IOException("Something else came back.");
    }

    public void Dispose() => _socket.Dispose();
}
