using System.Net;
using System.Net.Sockets;

namespace Portal.Tests;

internal static class SocketState
{
    /// <summary>Connects, which the other side may undo at once.</summary>
    public static async Task<Socket> ConnectAsync(IPAddress from, EndPoint to, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(from, 0));
        try
        {
            await socket.ConnectAsync(to, cancellationToken);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset)
        {
            // It was taken, and closed before this side had learnt of it.
        }

        return socket;
    }

    /// <summary>True where the other side has closed it, or broken it.</summary>
    public static bool IsClosed(this Socket socket)
    {
        try
        {
            return socket.Poll(0, SelectMode.SelectRead) && socket.Available is 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
