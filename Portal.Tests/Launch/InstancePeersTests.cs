using System.Net;
using System.Net.Sockets;
using Portal.Web.Launch;
using Xunit;

namespace Portal.Tests.Launch;

public sealed class InstancePeersTests(PortalUnderTest portal) : IClassFixture<PortalUnderTest>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connection_whose_other_end_is_gone_before_the_look_is_closed_though_its_request_can_be_read(bool byReset)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        await client.ConnectAsync(Assert.IsType<IPEndPoint>(listener.LocalEndpoint), Cancelled);
        using var accepted = await listener.AcceptSocketAsync(Cancelled);
        var peers = portal.Service<InstancePeers>();
        Assert.Equal(PeerKind.Other, (await peers.FindAsync(accepted)).Kind);

        await client.GetStream().WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray(), Cancelled);
        if (byReset)
            client.LingerState = new LingerOption(enable: true, seconds: 0);
        client.Close();

        await Eventually.TrueAsync(async () => (await peers.FindAsync(accepted)).Kind is PeerKind.Closed);
        Assert.True(accepted.Available > 0);
    }

    [Fact]
    public async Task Whoever_takes_the_addresses_of_a_connection_that_was_reset_is_not_taken_for_its_other_end()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var target = Assert.IsType<IPEndPoint>(listener.LocalEndpoint);
        var first = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await first.ConnectAsync(target, Cancelled);
        using var accepted = await listener.AcceptSocketAsync(Cancelled);
        var taken = Assert.IsType<IPEndPoint>(accepted.RemoteEndPoint);
        first.LingerState = new LingerOption(enable: true, seconds: 0);
        first.Close();

        using var second = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        second.Bind(taken);
        await second.ConnectAsync(target, Cancelled);

        Assert.Equal(Assert.IsType<IPEndPoint>(second.LocalEndPoint), accepted.RemoteEndPoint);
        Assert.Equal(PeerKind.Closed, (await portal.Service<InstancePeers>().FindAsync(accepted)).Kind);
    }
}
