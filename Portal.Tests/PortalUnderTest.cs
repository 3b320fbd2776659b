using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Portal.Data;
using Portal.Tests.Doubles;
using Portal.Web;
using Portal.Web.Launch;
using Portal.Web.Launch.Processes;
using Xunit;

namespace Portal.Tests;

/// <summary>
/// The real portal on a port of its own, with 127.0.0.1 for an admin, 127.0.0.101 and .102 for users; 127.0.0.200 is a
/// stranger. When it is disposed no process of its instances may be left.
/// </summary>
public sealed class PortalUnderTest : IAsyncLifetime
{
    public const string Admin = "127.0.0.1";
    public const string User = "127.0.0.101";
    public const string OtherUser = "127.0.0.102";
    public const string Stranger = "127.0.0.200";

    private readonly ConcurrentStack<IDisposable> _clients = new();
    private WebApplication? _app;
    private int? _portOfProcess;

    private PortalUnderTest(Action<PortalUnderTest> configure) => configure(this);

    /// <summary>With an app for everybody, <c>stub</c>, and one for admins, <c>admins</c>.</summary>
    public PortalUnderTest()
    {
    }

    public int Port => _portOfProcess ?? new Uri(App.Urls.First().Replace("[::]", "localhost", StringComparison.Ordinal)).Port;

    /// <summary>Where it speaks TLS, if <see cref="Urls"/> says so.</summary>
    public int TlsPort => new Uri(App.Urls.Single(url => url.StartsWith("https:", StringComparison.Ordinal))).Port;

    internal TestGround Ground { get; } = new();

    internal IList<StubApp> Apps { get; set; } = [new("stub"), new("admins") { Roles = [Role.Admin] }];

    /// <summary>Configuration beside the usual, or in its place.</summary>
    internal IDictionary<string, string> Settings { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    internal string Urls { get; set; } = "http://127.0.0.1:0";

    private WebApplication App => _app ?? throw new InvalidOperationException("The portal is not started.");

    internal static async Task<PortalUnderTest> StartAsync(Action<PortalUnderTest> configure)
    {
        var portal = new PortalUnderTest(configure);
        await portal.InitializeAsync();
        return portal;
    }

    public async ValueTask InitializeAsync()
    {
        _portOfProcess = null;
        _app = Program.Build([.. Arguments()]);
        await _app.StartAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>
    /// The same portal in a process of its own, where none runs in the test's; it answers, or has ended. Clients reach it on a
    /// port that stays the same. What it leaves behind a later one has to stop.
    /// </summary>
    /// <param name="under">A command that becomes the portal, such as prlimit(1).</param>
    internal async Task<PortalProcess> StartProcessAsync(params IEnumerable<string> under)
    {
        var process = BeginProcess(under);
        using var client = ClientFrom(Admin);
        await Eventually.TrueAsync(async () => process.HasEnded || await PortalProcess.IsUpAsync(client));
        return process;
    }

    /// <summary>The same, and does not wait for an answer.</summary>
    internal PortalProcess BeginProcess(params IEnumerable<string> under)
    {
        _portOfProcess = Ground.Ports.First + 15;
        return new PortalProcess(Arguments().Append($"--urls=http://127.0.0.1:{_portOfProcess}"), under);
    }

    internal T Service<T>()
        where T : notnull => App.Services.GetRequiredService<T>();

    /// <summary>A client that connects from that address; it follows no redirects and keeps no cookies.</summary>
    internal HttpClient ClientFrom(string address)
    {
        var client = new HttpClient(HandlerFrom(address))
        {
            BaseAddress = new Uri($"http://127.0.0.1:{Port}"),
            Timeout = Eventually.Limit,
        };
        _clients.Push(client);
        return client;
    }

    internal async Task<ClientWebSocket> WebSocketFrom(string address, string path, Action<ClientWebSocketOptions>? configure = null)
    {
        var socket = new ClientWebSocket();
        _clients.Push(socket);
        socket.Options.KeepAliveInterval = TimeSpan.Zero;
        configure?.Invoke(socket.Options);
        var invoker = new HttpMessageInvoker(HandlerFrom(address));
        _clients.Push(invoker);
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{Port}{path}"), invoker, TestContext.Current.CancellationToken);
        return socket;
    }

    /// <summary>For requests that no client would send.</summary>
    internal async Task<NetworkStream> ConnectFrom(string address, int? port = null)
    {
        var stream = await ConnectAsync(address, port ?? Port, TestContext.Current.CancellationToken);
        _clients.Push(stream);
        return stream;
    }

    /// <summary>Sends a request byte by byte; returns everything that comes back until the portal closes the connection.</summary>
    internal async Task<string> SendAsync(string address, string request)
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var stream = await ConnectAsync(address, Port, cancelled);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), cancelled);
        using var answer = new MemoryStream();
        await Record.ExceptionAsync(() => stream.CopyToAsync(answer, cancelled)); // A refused request may end in a reset.
        return Encoding.Latin1.GetString(answer.ToArray());
    }

    internal async Task<RegisteredIp> AddAsync(RegisteredIpDraft registration)
    {
        var change = await Service<RegisteredIpStore>().AddAsync(
            registration, new Actor("test"), TestContext.Current.CancellationToken);
        Assert.Empty(change.Errors);
        return Assert.IsType<RegisteredIp>(change.Row);
    }

    internal IReadOnlyList<InstanceStatus> InstancesOf(string address) =>
        [.. Service<Supervisor>().List().Where(instance => instance.Key.Client.Equals(IPAddress.Parse(address)))];

    public Task StopAsync() => App.StopAsync(CancellationToken.None);

    /// <summary>Stops this portal and starts another on its data directory.</summary>
    /// <param name="between">What is done while neither runs.</param>
    internal async Task RestartAsync(Action? between = null)
    {
        await App.StopAsync(CancellationToken.None);
        await App.DisposeAsync();
        between?.Invoke();
        await InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            client.Dispose();
        await using var ground = Ground;
        if (_app is null)
        {
            // Of a portal in a process of its own that did not come to its end, as the test did not either.
            foreach (var process in Ground.Processes())
                Posix.Signal(process, Posix.SigKill);
            return;
        }

        foreach (var instance in Service<Supervisor>().List())
            await Service<Supervisor>().StopAsync(instance.Key, "the test is over");
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    internal SocketsHttpHandler HandlerFrom(string address, int? port = null) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectCallback = async (_, cancellationToken) => await ConnectAsync(address, port ?? Port, cancellationToken),
    };

    private static async Task<NetworkStream> ConnectAsync(string address, int port, CancellationToken cancellationToken)
    {
        var source = IPAddress.Parse(address);
        var isIpv4 = source.AddressFamily is AddressFamily.InterNetwork;
        var socket = new Socket(source.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(source, 0));
        await socket.ConnectAsync(isIpv4 ? IPAddress.Loopback : IPAddress.IPv6Loopback, port, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>Lists merge index by index with those of the shipped file: each of its entries is overwritten.</summary>
    internal IEnumerable<string> Arguments()
    {
        (string Address, Role Role)[] registered = [(Admin, Role.Admin), (User, Role.User), (OtherUser, Role.User), ("192.0.2.1", Role.User)];
        var usual = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["urls"] = Urls,
            ["Logging:Console:LogLevel:Default"] = "None",
            ["Portal:DataDirectory"] = Ground.PathOf("data"),
            ["Portal:Launch:PortRange"] = Ground.Ports.Range,
            ["Portal:Launch:GracePeriod"] = "00:01:00",
            ["Portal:Launch:StartTimeout"] = "00:03:00",
            ["Portal:Launch:StopTimeout"] = "00:00:01",
            ["Portal:Launch:KeepInstances"] = "false",
            ["Portal:Launch:Mode"] = "Direct",
        };
        foreach (var (index, (address, role)) in registered.Index())
        {
            usual[$"Portal:Access:Bootstrap:{index}:Address"] = address;
            usual[$"Portal:Access:Bootstrap:{index}:Role"] = role.ToString();
            usual[$"Portal:Access:Bootstrap:{index}:Port"] = "";
        }

        foreach (var (key, value) in Apps.SelectMany((app, index) => app.Settings(Ground, index)))
            usual[key] = value;
        foreach (var (key, value) in Settings)
            usual[key] = value;
        return usual.Select(setting => $"--{setting.Key}={setting.Value}");
    }
}
