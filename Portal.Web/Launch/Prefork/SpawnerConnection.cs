using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Portal.Web.Launch.Prefork;

/// <summary>The line protocol over a Unix socket; the portal listens, since it knows when the socket is there.</summary>
internal sealed partial class SpawnerConnection : IDisposable
{
    public const int Protocol = 1;

    /// <summary>Of <c>sockaddr_un</c>, 108 bytes with the zero at the end: unix(7).</summary>
    public const int LongestPath = 107;

    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly StreamReader _reader;
    private readonly SemaphoreSlim _sending = new(1);

    private SpawnerConnection(Socket socket)
    {
        _socket = socket;
        _stream = new NetworkStream(socket);
        _reader = new StreamReader(_stream, Encoding.UTF8);
    }

    /// <summary>A socket that one connection may come to; its folder is for its owner alone.</summary>
    public static Socket Listen(string path)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            File.Delete(path);
            listener.Bind(new UnixDomainSocketEndPoint(path));
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            listener.Listen(1);
            return listener;
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    /// <summary>Takes the connection. Throws <see cref="IOException"/> where it comes from another user.</summary>
    public static async Task<SpawnerConnection> AcceptAsync(Socket listener, CancellationToken cancellationToken)
    {
        var socket = await listener.AcceptAsync(cancellationToken);
        if (PeerOf(socket) is var user && user != EffectiveUserId())
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
            return await _reader.ReadLineAsync(cancellationToken) is { } line
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
        _reader.Dispose();
        _stream.Dispose();
        _socket.Dispose();
    }

    /// <summary>The user of the process at the other end, as the system knows it: SO_PEERCRED of unix(7).</summary>
    private static int PeerOf(Socket socket)
    {
        const int SolSocket = 1;
        const int SoPeerCred = 17;
        Span<int> credentials = stackalloc int[3]; // process, user, group
        _ = socket.GetRawSocketOption(SolSocket, SoPeerCred, MemoryMarshal.AsBytes(credentials));
        return credentials[1];
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial int EffectiveUserId();
}
