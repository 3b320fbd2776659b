using System.Net;
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
    public async Task The_other_ends_socket_is_found_by_both_addresses(string server, string client)
    {
        var (at, from) = (IPAddress.Parse(server), IPAddress.Parse(client));
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
