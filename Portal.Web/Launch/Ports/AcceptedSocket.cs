using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Portal.Web.Launch.Ports;

/// <summary>What the kernel says of a TCP connection that was accepted.</summary>
internal static class AcceptedSocket
{
    /// <summary>
    /// True while the other end has not reset the connection. So long no other socket of this machine can have the same two
    /// addresses; a reset frees them at once, for anybody.
    /// </summary>
    public static bool IsConnected(Socket socket)
    {
        const int Tcp = 6, Info = 11; // IPPROTO_TCP, TCP_INFO; the first byte is the state
        const byte Established = 1, CloseWait = 8;
        Span<byte> info = stackalloc byte[8];
        try
        {
            return socket.GetRawSocketOption(Tcp, Info, info) > 0 && info[0] is Established or CloseWait;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>
    /// The address that the other end connected to, where a packet filter of this machine turned that into ours (REDIRECT, DNAT).
    /// Null where none did, and for a socket of IPv6.
    /// </summary>
    public static IPEndPoint? OriginalTarget(Socket socket)
    {
        const int Ip = 0, OriginalDestination = 80; // SOL_IP, SO_ORIGINAL_DST; struct sockaddr_in: family, port, address
        Span<byte> answer = stackalloc byte[16];
        try
        {
            return socket.AddressFamily is AddressFamily.InterNetwork && socket.GetRawSocketOption(Ip, OriginalDestination, answer) >= 8
                ? new IPEndPoint(new IPAddress(answer[4..8]), BinaryPrimitives.ReadUInt16BigEndian(answer[2..]))
                : null;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }
}
