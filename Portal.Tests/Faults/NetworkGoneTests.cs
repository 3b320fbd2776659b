using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using Portal.Tests.Doubles;
using Xunit;

namespace Portal.Tests.Faults;

/// <summary>
/// The network card of the server goes and comes back. The portal runs in a network of its own, with a cable to the test's; a
/// machine that gives none to the test skips it.
/// </summary>
public sealed class NetworkGoneTests : IAsyncLifetime
{
    private static int _lastNumber;

    // A network of 30 for each process and test: 198.18.0.0/15 is set aside for tests (RFC 2544).
    private readonly int _number = (Environment.ProcessId * 8 + Interlocked.Increment(ref _lastNumber)) % 16384;
    private bool _isThere;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Space => string.Create(CultureInfo.InvariantCulture, $"portal-{_number}");

    private string Card => string.Create(CultureInfo.InvariantCulture, $"pt{_number}a");

    private string ServersCard => string.Create(CultureInfo.InvariantCulture, $"pt{_number}b");

    private string Desk => Address(1);

    private string Server => Address(2);

    public async ValueTask InitializeAsync() => _isThere =
        await IpAsync("netns", "add", Space)
        && await IpAsync("link", "add", Card, "type", "veth", "peer", "name", ServersCard, "netns", Space)
        && await IpAsync("address", "add", Desk + "/30", "dev", Card)
        && await IpAsync("link", "set", Card, "up")
        && await IpAsync("-n", Space, "link", "set", "lo", "up")
        && await ComeAsync();

    public async ValueTask DisposeAsync()
    {
        await IpAsync("link", "delete", Card);
        await IpAsync("netns", "delete", Space);
    }

    [Fact]
    public async Task Who_is_connected_goes_on_and_who_comes_later_is_served()
    {
        if (!_isThere)
            Assert.Skip("A network of the test's own takes root's rights, or a system that gives one.");
        await using var portal = new PortalUnderTest { Apps = [new StubApp()] };
        portal.Settings["Portal:Access:Bootstrap:4:Address"] = Desk;
        portal.Settings["Portal:Access:Bootstrap:4:Role"] = "User";
        portal.Settings["Logging:Console:LogLevel:Default"] = "Warning";
        var port = portal.Ground.Ports.First + 15;
        using var process = new PortalProcess(
            portal.Arguments().Append(string.Create(CultureInfo.InvariantCulture, $"--urls=http://0.0.0.0:{port}")), "ip", "netns", "exec", Space);
        using var client = new HttpClient
        {
            BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{Server}:{port}")),
            Timeout = Eventually.Limit,
        };
        await Eventually.TrueAsync(() => IsUpAsync(client));
        var instance = await client.ProcessIdAsync();
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"ws://{Server}:{port}/app/stub/ws")), Cancelled);
        Assert.Equal("before", await EchoAsync(socket, "before"));

        for (var times = 0; times < 2; times++)
        {
            await GoAsync();
            await socket.SendAsync(Encoding.UTF8.GetBytes("meanwhile"), WebSocketMessageType.Text, endOfMessage: true, Cancelled);
            Assert.False(process.HasEnded);
            Assert.True(await ComeAsync());

            // What was sent in between arrives, as TCP sends it again.
            Assert.Equal("meanwhile", await ReceiveAsync(socket));
            using var newcomer = new HttpClient { BaseAddress = client.BaseAddress, Timeout = Eventually.Limit };
            Assert.Equal(instance, await newcomer.ProcessIdAsync());
            Assert.Equal(instance, await client.ProcessIdAsync());
        }

        await process.StopAsync();
        Assert.DoesNotContain("Unhandled", await process.Errors, StringComparison.Ordinal);
    }

    /// <summary>The card with its address is away: the kernel tells every program of it.</summary>
    private async Task GoAsync()
    {
        Assert.True(await IpAsync("-n", Space, "address", "flush", "dev", ServersCard));
        Assert.True(await IpAsync("-n", Space, "link", "set", ServersCard, "down"));
    }

    private async Task<bool> ComeAsync() =>
        await IpAsync("-n", Space, "link", "set", ServersCard, "up")
        && await IpAsync("-n", Space, "address", "add", Server + "/30", "dev", ServersCard);

    private string Address(int host)
    {
        var last = (_number * 4) + host;
        return string.Create(CultureInfo.InvariantCulture, $"198.18.{last / 256}.{last % 256}");
    }

    private static async Task<string> EchoAsync(ClientWebSocket socket, string text)
    {
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, Cancelled);
        return await ReceiveAsync(socket);
    }

    private static async Task<string> ReceiveAsync(ClientWebSocket socket)
    {
        var buffer = new byte[100];
        var received = await socket.ReceiveAsync(buffer, Cancelled).WaitAsync(Eventually.Limit, TimeProvider.System, Cancelled);
        return Encoding.UTF8.GetString(buffer, 0, received.Count);
    }

    private static async Task<bool> IsUpAsync(HttpClient client)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri("/", UriKind.Relative), Cancelled);
            return answer.StatusCode is HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task<bool> IpAsync(params string[] words)
    {
        try
        {
            return (await Tool.RunAsync("ip", words)).ExitCode is 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // not installed
        }
    }
}
