using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Win32.SafeHandles;
using Portal.Web.Launch.Processes;

namespace Portal.Web.Launch.Prefork;

/// <summary>The line protocol over a Unix socket; the portal listens, since it knows when the socket is there.</summary>
internal sealed class SpawnerConnection : IDisposable
{
    public const int Protocol = 2;

    /// <summary>In bytes, of what the spawner says.</summary>
    private const int LongestLine = 1024 * 1024;

    /// <summary>It is importing, and reads on in a moment.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly PipeReader _reader;
    private readonly SemaphoreSlim _sending = new(1);

    private SpawnerConnection(Socket socket)
    {
        _socket = socket;
        _stream = new NetworkStream(socket);
        _reader = PipeReader.Create(_stream);
    }

    /// <summary>Takes the connection of that spawner; whoever else comes is turned away.</summary>
    /// <param name="processId">The leader of the session that it is in.</param>
    /// <param name="userId">Whom it runs as.</param>
    public static async Task<SpawnerConnection> AcceptAsync(
        Socket listener, int processId, int userId, CancellationToken cancellationToken)
    {
        while (true)
        {
            var socket = await listener.AcceptAsync(cancellationToken);
            var peer = PrivateSocket.PeerOf(socket);
            if (peer.UserId == userId && ProcessTable.Stat(peer.ProcessId)?.SessionId == processId)
                return new SpawnerConnection(socket);
            socket.Dispose();
        }
    }

    /// <param name="file">Handed over with it.</param>
    public async Task SendAsync<T>(
        T message, JsonTypeInfo<T> type, TimeProvider time, CancellationToken cancellationToken, SafeFileHandle? file = null)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(message, type), (byte)'\n'];
        await _sending.WaitAsync(cancellationToken);
        try
        {
            // A line is sent whole or the connection is of no more use: who waits may give up, the sending does not.
            var sent = 0;
            while (file is not null && sent is 0)
            {
                if (FilePassing.TrySend(_socket, line[0], file))
                    sent = 1;
                else
                    await Task.Delay(Pause, time, CancellationToken.None);
            }

            await _stream.WriteAsync(line.AsMemory(sent), CancellationToken.None);
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
            while (true)
            {
                var read = await _reader.ReadAsync(cancellationToken);
                if (read.Buffer.PositionOf((byte)'\n') is { } end)
                {
                    var message = JsonSerializer.Deserialize(read.Buffer.Slice(0, end).ToArray(), SpawnerJson.Default.SpawnerMessage);
                    _reader.AdvanceTo(read.Buffer.GetPosition(1, end));
                    return message;
                }

                if (read.IsCompleted || read.Buffer.Length > LongestLine)
                    return null;
                _reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
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
}
