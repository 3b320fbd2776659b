using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Portal.Tests.Doubles;

/// <summary>
/// Twenty TCP ports that no other test uses, in this process or another: the block is claimed by a UDP socket on its
/// first number, which the system gives to one only and takes back by itself. All lie below the ports that the system
/// hands out for outgoing connections.
/// </summary>
internal sealed class PortBlock : IDisposable
{
    private const int Size = 20;
    private const int Lowest = 20000;
    private const int Blocks = 600;

    private readonly Socket _claim = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    public PortBlock()
    {
        var start = Random.Shared.Next(Blocks);
        var taken = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(end => end.Port).ToHashSet();
        First = Enumerable.Range(0, Blocks).Select(i => Lowest + ((start + i) % Blocks * Size))
            .First(first => !Enumerable.Range(first, Size).Any(taken.Contains) && TryClaim(first));
    }

    public int First { get; }

    /// <summary>Ten ports for <c>Portal:Launch:PortRange</c>.</summary>
    public string Range => RangeOf(10);

    /// <summary>A port that is not in <see cref="Range"/>, to be registered for a client.</summary>
    public int Registered => First + 10;

    /// <summary>The first ports of the block.</summary>
    public string RangeOf(int count) => string.Create(CultureInfo.InvariantCulture, $"{First}-{First + count - 1}");

    public void Dispose() => _claim.Dispose();

    private bool TryClaim(int port)
    {
        try
        {
            _claim.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
