using System.Text;
using Portal.Tests.Doubles;
using Portal.Web.Launch;
using Xunit;

namespace Portal.Tests.Proxy;

/// <summary>An app that waits for its clients before it ends, as uvicorn does, still ends by itself when it is stopped.</summary>
public sealed class UnreadTests
{
    private const string Upgrade =
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("large?bytes=1000000000", "")]
    [InlineData("ws/pushes", Upgrade)]
    public async Task A_client_that_does_not_read_does_not_keep_a_stopped_app_from_its_own_end(string address, string headers)
    {
        await using var portal = await PortalUnderTest.StartAsync(test =>
        {
            test.Apps = [new StubApp(Behaviour: "ends-after-clients")];
            test.Settings["Portal:Launch:StopTimeout"] = "00:00:10";
        });
        await portal.ClientFrom(PortalUnderTest.User).ProcessIdAsync();
        var connection = await portal.ConnectFrom(PortalUnderTest.User);
        await connection.WriteAsync(Encoding.ASCII.GetBytes($"GET /app/stub/{address} HTTP/1.1\r\nHost: portal\r\n{headers}\r\n"), Cancelled);
        await connection.ReadExactlyAsync(new byte[100], Cancelled);
        var key = Assert.Single(portal.InstancesOf(PortalUnderTest.User)).Key;

        await portal.Service<Supervisor>().StopAsync(key, "test");

        await Eventually.TrueAsync(() => portal.Service<Supervisor>().LogTail(key, 5) is [.., "all clients have gone"]);
        Assert.DoesNotContain("waiting for 0", portal.Service<Supervisor>().LogTail(key, 5), StringComparer.Ordinal);
    }
}
