using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Portal.Web.Launch.Processes;

/// <summary>A Unix socket between processes that know each other; unix(7).</summary>
internal static class PrivateSocket
{
    /// <summary>Of <c>sockaddr_un</c>, 108 bytes with the zero at the end.</summary>
    public const int LongestPath = 107;

    /// <summary>Listens there for its owner alone; a socket that is left from before is replaced.</summary>
    /// <param name="backlog">How many connections may wait to be accepted.</param>
    public static Socket Listen(string path, int backlog)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            File.Delete(path);
            listener.Bind(new UnixDomainSocketEndPoint(path));
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            listener.Listen(backlog);
            return listener;
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Listens under a name that no file system knows and that every user of the machine may connect to: whoever accepts
    /// has to ask who it is.
    /// </summary>
    public static Socket ListenToAll(string name, int backlog)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint('\0' + name));
        listener.Listen(backlog);
        return listener;
    }

    /// <summary>True where the process at the other end is of our own user.</summary>
    /// <param name="userId">Whose it is.</param>
    public static bool IsOurs(Socket socket, out int userId) => (userId = PeerOf(socket).UserId) == Posix.UserId;

    /// <summary>Who connected, as the system knows it (SO_PEERCRED).</summary>
    public static (int ProcessId, int UserId) PeerOf(Socket socket)
    {
        const int SolSocket = 1;
        const int SoPeerCred = 17;
        Span<int> credentials = stackalloc int[3]; // process, user, group
        _ = socket.GetRawSocketOption(SolSocket, SoPeerCred, MemoryMarshal.AsBytes(credentials));
        return (credentials[0], credentials[1]);
    }
}
