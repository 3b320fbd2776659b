using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Portal.Web.Launch.Ports;
using Portal.Web.Launch.Processes;
using Xunit;

namespace Portal.Tests.Launch.Ports;

public sealed class LocalConnectionTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.7")]
    [InlineData("::1", "::1")]
    [InlineData("::ffff:127.0.0.1", "::ffff:127.0.0.7")]
    [InlineData("127.0.0.1", "::ffff:127.0.0.7")]
    public Task The_other_ends_socket_is_found_by_both_addresses(string server, string client) =>
        FindAsync(IPAddress.Parse(server), IPAddress.Parse(client));

    [Fact]
    public Task So_it_is_by_addresses_of_one_card_alone()
    {
        var address = NetworkInterface.GetAllNetworkInterfaces()
            .Where(card => card.OperationalStatus is OperationalStatus.Up)
            .SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .Select(one => one.Address).FirstOrDefault(address => address.IsIPv6LinkLocal);
        if (address is null)
            Assert.Skip("No card of this machine has a link-local address of IPv6.");
        return FindAsync(address, address);
    }

    private static async Task FindAsync(IPAddress at, IPAddress from)
    {
        using var listener = SocketFor(at);
        using var connecting = SocketFor(from);
        listener.Bind(new IPEndPoint(at, 0));
        listener.Listen();
        connecting.Bind(new IPEndPoint(from, 0));
        var port = Assert.IsType<IPEndPoint>(listener.LocalEndPoint).Port;
        await connecting.ConnectAsync(from.IsIPv4MappedToIPv6 ? at.MapToIPv6() : at, port, Cancelled);
        using var accepted = await listener.AcceptAsync(Cancelled);
        var (remote, local) = (Assert.IsType<IPEndPoint>(accepted.RemoteEndPoint), Assert.IsType<IPEndPoint>(accepted.LocalEndPoint));

        var found = Assert.NotNull(LocalConnection.Find(remote, local));
        var own = Assert.NotNull(LocalConnection.Find(local, remote));

        Assert.NotEqual(own.Inode, found.Inode);
        Assert.Equal(Posix.UserId, found.UserId);
        Assert.Equal(found, LocalConnection.FindInTable(remote, local));
        Assert.True(ProcessTable.HoldsSocket(Environment.ProcessId, found.Inode));
        Assert.Null(LocalConnection.Find(new IPEndPoint(remote.Address, port), local));
        Assert.Null(LocalConnection.FindInTable(new IPEndPoint(remote.Address, port), local));
    }

    private static Socket SocketFor(IPAddress address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (address.IsIPv4MappedToIPv6)
            socket.DualMode = true;
        return socket;
    }
}
