using System.Diagnostics;
using System.Net.WebSockets;
using Portal.Tests.Doubles;
using Portal.Web.Launch;
using Xunit;

namespace Portal.Tests.Proxy;

/// <summary>The portal's end waits for nobody who is only connected.</summary>
public sealed class PortalStopTests
{
    // The stop timeout of the fixture is 1 s.
    private const double MostSeconds = 5 + 10;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Open_connections_do_not_hold_it_up()
    {
        await using var portal = await PortalUnderTest.StartAsync(test => test.Apps = [new StubApp(Behaviour: "ignores-term,grandchild")]);
        var sockets = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => portal.WebSocketFrom(PortalUnderTest.User, "/app/stub/ws")));
        var receiving = sockets.Select(socket => socket.ReceiveAsync(new byte[1], Cancelled)).ToList();
        using var stream = await portal.ClientFrom(PortalUnderTest.User).GetAsync(
            new Uri("/app/stub/stream?lines=1&gate=never", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Cancelled);

        Assert.InRange(await StopAsync(portal), 0, MostSeconds);

        foreach (var one in receiving)
            Assert.True(await HasEndedAsync(one));
        Assert.Empty(portal.Ground.Processes());
    }

    [Fact]
    public async Task A_connection_that_comes_about_while_it_stops_does_not_hold_it_up()
    {
        await using var portal = await PortalUnderTest.StartAsync(test => test.Apps =
        [
            new StubApp
            {
                Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["STUB_GATE"] = test.Ground.PathOf("gate") },
            },
        ]);
        var opening = Record.ExceptionAsync(async () =>
        {
            var socket = await portal.WebSocketFrom(PortalUnderTest.User, "/app/stub/ws");
            await socket.ReceiveAsync(new byte[1], Cancelled);
        });
        await Eventually.TrueAsync(() => portal.InstancesOf(PortalUnderTest.User).Any(one => one.State is InstanceState.Waiting));

        var stopping = StopAsync(portal);
        await File.WriteAllTextAsync(portal.Ground.PathOf("gate"), "", Cancelled);

        Assert.InRange(await stopping, 0, MostSeconds);
        Assert.NotNull(await opening);
    }

    [Fact]
    public async Task A_launch_that_comes_to_nothing_does_not_hold_it_up()
    {
        await using var portal = await PortalUnderTest.StartAsync(test => test.Apps = [new StubApp(Behaviour: "never-listens,ignores-term")]);
        var asking = Record.ExceptionAsync(() => portal.ClientFrom(PortalUnderTest.User).GetAsync(new Uri("/app/stub/", UriKind.Relative), Cancelled));
        await Eventually.TrueAsync(() => portal.Ground.Processes().Count is 1);

        Assert.InRange(await StopAsync(portal), 0, MostSeconds);

        await asking;
        Assert.Empty(portal.Ground.Processes());
    }

    /// <summary>True where the portal has said goodbye, or the connection broke before that came through.</summary>
    private static async Task<bool> HasEndedAsync(Task<WebSocketReceiveResult> receiving)
    {
        try
        {
            return (await receiving).MessageType is WebSocketMessageType.Close;
        }
        catch (WebSocketException)
        {
            return true;
        }
    }

    private static async Task<double> StopAsync(PortalUnderTest portal)
    {
        var began = Stopwatch.GetTimestamp();
        await portal.StopAsync();
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}
