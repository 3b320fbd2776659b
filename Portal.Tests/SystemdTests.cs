using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Portal.Tests;

/// <summary>What the portal tells the service manager, through a real socket of its protocol (sd_notify).</summary>
public sealed class SystemdTests : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _socket.Dispose();

    [Fact]
    public async Task It_is_ready_when_it_serves_alive_while_it_runs_and_says_that_it_stops()
    {
        await using var portal = new PortalUnderTest();
        var address = portal.Ground.PathOf("notify");
        _socket.Bind(new UnixDomainSocketEndPoint(address));
        using var process = portal.BeginProcess("env", $"NOTIFY_SOCKET={address}", "WATCHDOG_USEC=200000");

        await HeardAsync("READY=1");
        using var home = await portal.ClientFrom(PortalUnderTest.Admin).GetAsync(new Uri("/", UriKind.Relative), Cancelled);
        Assert.Equal(HttpStatusCode.OK, home.StatusCode);
        await HeardAsync("WATCHDOG=1");
        await HeardAsync("WATCHDOG=1");
        var exit = process.StopAsync();
        await HeardAsync("STOPPING=1");
        Assert.Equal(0, await exit);
    }

    [Fact]
    public async Task A_watchdog_of_another_process_is_left_alone()
    {
        await using var portal = new PortalUnderTest();
        var address = portal.Ground.PathOf("notify");
        _socket.Bind(new UnixDomainSocketEndPoint(address));
        using var process = portal.BeginProcess("env", $"NOTIFY_SOCKET={address}", "WATCHDOG_USEC=1000", "WATCHDOG_PID=1");

        Assert.Equal("READY=1", await NextAsync());
        var exit = process.StopAsync();
        Assert.Equal("STOPPING=1", await NextAsync());
        Assert.Equal(0, await exit);
    }

    private async Task HeardAsync(string state)
    {
        while (!string.Equals(await NextAsync(), state, StringComparison.Ordinal))
        {
            // Those before it.
        }
    }

    private async Task<string> NextAsync()
    {
        var buffer = new byte[1024];
        var length = await _socket.ReceiveAsync(buffer, Cancelled).AsTask().WaitAsync(Eventually.Limit, TimeProvider.System, Cancelled);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
