using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Portal.Web.Launch.Processes;

namespace Portal.Web.Launch.Prefork;

/// <summary>The line protocol over a Unix socket; the portal listens, since it knows when the socket is there.</summary>
internal sealed class SpawnerConnection : IDisposable
{
    public const int Protocol = 1;

    /// <summary>Bytes of a line, as the protocol has it.</summary>
    private const int LongestLine = 1024 * 1024;

    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly PipeReader _lines;
    private readonly SemaphoreSlim _sending = new(1);

    private SpawnerConnection(Socket socket)
    {
        _socket = socket;
        _stream = new NetworkStream(socket);
        _lines = PipeReader.Create(_stream);
    }

    /// <summary>Takes the connection. Throws <see cref="IOException"/> where it comes from another user.</summary>
    public static async Task<SpawnerConnection> AcceptAsync(Socket listener, CancellationToken cancellationToken)
    {
        var socket = await listener.AcceptAsync(cancellationToken);
        if (!PrivateSocket.IsOurs(socket, out var user))
        {
            socket.Dispose();
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"User {user} came to the spawner's socket."));
        }

        return new SpawnerConnection(socket);
    }

    public async Task SendAsync<T>(T message, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(message, type), (byte)'\n'];
        await _sending.WaitAsync(cancellationToken);
        try
        {
            // A line is sent whole or the connection is of no more use: who waits may give up, the sending does not.
            await _stream.WriteAsync(line, CancellationToken.None);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>The next message; null when the spawner is gone, or says what is no message.</summary>
    public async Task<SpawnerMessage?> ReceiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ReadLineAsync(cancellationToken) is { } line
                ? JsonSerializer.Deserialize(line, SpawnerJson.Default.SpawnerMessage)
                : null;
        }
        catch (Exception e) when (e is IOException or JsonException or ObjectDisposedException)
        {
            return null;
        }
    }

    /// <summary>Closes it, which ends the spawner.</summary>
    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
    }

    /// <summary>Null where no whole line comes any more, or one that is too long.</summary>
    private async Task<byte[]?> ReadLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await _lines.ReadAsync(cancellationToken);
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = read.Buffer.Slice(0, end).ToArray();
                _lines.AdvanceTo(read.Buffer.GetPosition(1, end));
                return line;
            }

            if (read.IsCompleted || read.Buffer.Length > LongestLine)
                return null;
            _lines.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
