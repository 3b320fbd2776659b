using System.Net;
using System.Net.Sockets;
using Portal.Web.Launch;
using Xunit;

namespace Portal.Tests.Launch;

public sealed class InstancePeersTests(PortalUnderTest portal) : IClassFixture<PortalUnderTest>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_closes_the_connection_before_anybody_looks_counts_as_an_apps_process()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        await client.ConnectAsync(Assert.IsType<IPEndPoint>(listener.LocalEndpoint), Cancelled);
        using var accepted = await listener.AcceptSocketAsync(Cancelled);
        var (remote, local) = (Assert.IsType<IPEndPoint>(accepted.RemoteEndPoint), Assert.IsType<IPEndPoint>(accepted.LocalEndPoint));
        var peers = portal.Service<InstancePeers>();
        Assert.Null(await peers.FindAsync(remote, local));

        await client.GetStream().WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray(), Cancelled);
        client.Close();

        await Eventually.TrueAsync(async () => await peers.FindAsync(remote, local) is InstancePeers.Unknown);
        Assert.True(accepted.Available > 0);
    }
}
