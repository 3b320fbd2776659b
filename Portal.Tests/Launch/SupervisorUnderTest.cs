using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Portal.Data;
using Portal.Tests.Data;
using Portal.Tests.Doubles;
using Portal.Web;
using Portal.Web.Access;
using Portal.Web.Launch;
using Portal.Web.Launch.Adoption;
using Portal.Web.Launch.Ports;
using Portal.Web.Launch.Processes;
using Portal.Web.Launch.Vitals;
using Xunit;

namespace Portal.Tests.Launch;

/// <summary>The supervisor with real processes and without the rest of the portal. When it is disposed none may be left.</summary>
internal sealed class SupervisorUnderTest : IAsyncDisposable
{
    public const string Client = "10.0.0.1";

    private readonly TemporaryDatabase _database = new();
    private readonly RegistryAccess _access;
    private readonly ReadyCheck _ready;
    private readonly IOptions<LaunchOptions> _options;
    private readonly HostMemory _memory;
    private readonly List<BackgroundService> _watches = [];

    private SupervisorUnderTest(Func<IInstanceStarter, IInstanceStarter> starter, (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Portal:DataDirectory"] = Ground.PathOf("data"),
            ["PortRange"] = Ground.Ports.Range,
            ["GracePeriod"] = "00:01:00",
            ["StartTimeout"] = "00:01:00",
            ["StopTimeout"] = "00:00:05",
        }).AddInMemoryCollection(settings.Select(one => KeyValuePair.Create(one.Key, (string?)one.Value))).Build();
        Paths = new PortalPaths(configuration);
        Paths.Create();

        _memory = new HostMemory(Host);
        _options = Options.Create(configuration.Get<LaunchOptions>() ?? new LaunchOptions());
        _access = new RegistryAccess(new RegisteredIpStore(_database, Time), Time);
        _ready = new ReadyCheck(Time);
        var events = new LaunchEvents(NullLogger<LaunchEvents>.Instance);
        var ports = new PortPool(_access, _options);
        var groups = new ControlGroups(Host);
        var launcher = new Launcher(starter(new DirectStarter()), ports, _ready, groups, _options, events, Time);
        var records = new InstanceRecords(Paths, NullLogger<InstanceRecords>.Instance);
        var adopter = new Adopter(
            records, Paths, ports, _ready, _access, new AppCatalog(Options.Create(new AppsOptions()), _options), _options, Time,
            NullLogger<Adopter>.Instance);
        Supervisor = new Supervisor(
            launcher, _options, Paths, records, adopter, _memory, groups, events, Time);
    }

    public TestGround Ground { get; } = new();

    /// <summary>In place of the system's own folder; empty, as of a machine with no end of memory.</summary>
    public string Host => Ground.PathOf("host");

    public ShiftedTimeProvider Time { get; } = new();

    public PortalPaths Paths { get; }

    public Supervisor Supervisor { get; }

    public static Task<SupervisorUnderTest> StartAsync(params (string Key, string Value)[] settings) =>
        StartAsync(starter => starter, settings);

    public static async Task<SupervisorUnderTest> StartAsync(
        Func<IInstanceStarter, IInstanceStarter> starter, params (string Key, string Value)[] settings)
    {
        var test = new SupervisorUnderTest(starter, settings);
        await test.Supervisor.StartAsync(TestContext.Current.CancellationToken);
        return test;
    }

    /// <summary>Measures from now on, and ends what takes too much memory.</summary>
    public Task MeasureAsync() => WatchAsync(new ResourceWatch(Supervisor, _memory, _options, Time));

    /// <summary>Keeps the logs from now on.</summary>
    public Task KeepLogsAsync() =>
        WatchAsync(new LogKeeper(Supervisor, Paths, _options, new LaunchEvents(NullLogger<LaunchEvents>.Instance), Time));

    /// <summary>Lets the machine have that much memory left.</summary>
    public void SetAvailable(long megabytes)
    {
        Directory.CreateDirectory(Path.Combine(Host, "proc"));
        File.WriteAllText(Path.Combine(Host, "proc", "meminfo"), $"MemTotal: 9999999 kB\nMemAvailable:   {megabytes * 1024} kB\n");
    }

    public static InstanceKey KeyOf(StubApp app, string client = Client) => new(IPAddress.Parse(client), app.Slug);

    public Task<LaunchResult> OpenAsync(
        StubApp app, string client = Client, int? port = null, bool byPerson = true, CancellationToken? waiting = null)
    {
        var identity = new ClientIdentity(IPAddress.Parse(client), 1, Role.User, "", port);
        return Supervisor.EnsureAsync(identity, app.On(Ground), byPerson, waiting ?? TestContext.Current.CancellationToken).AsTask();
    }

    public async Task<RunningApp> ReadyAsync(StubApp app, string client = Client, int? port = null, bool byPerson = true)
    {
        var result = await OpenAsync(app, client, port, byPerson);
        Assert.True(result is LaunchResult.Ready, result.ToString());
        return ((LaunchResult.Ready)result).App;
    }

    public async Task<LaunchFailure> FailureAsync(StubApp app, string client = Client, int? port = null, bool byPerson = true)
    {
        var result = await OpenAsync(app, client, port, byPerson);
        return Assert.IsType<LaunchResult.Failed>(result).Failure;
    }

    /// <summary>Asks until the answer is another instance than that one.</summary>
    public async Task<RunningApp> NextAsync(StubApp app, RunningApp before, bool byPerson = true)
    {
        var next = before;
        await Eventually.TrueAsync(async () => (next = await ReadyAsync(app, byPerson: byPerson)) != before);
        return next;
    }

    public int ProcessOf(StubApp app, string client = Client) =>
        Assert.NotNull(Supervisor.Find(KeyOf(app, client))?.ProcessId);

    /// <summary>A client of the instance itself, past the proxy.</summary>
    public static HttpClient ClientOf(RunningApp app) => new() { BaseAddress = new Uri($"http://127.0.0.1:{app.Port}") };

    public async ValueTask DisposeAsync()
    {
        await using var ground = Ground;
        foreach (var watch in _watches)
        {
            await watch.StopAsync(CancellationToken.None);
            watch.Dispose();
        }

        await Supervisor.StopAsync(CancellationToken.None);
        Supervisor.Dispose();
        _ready.Dispose();
        _access.Dispose();
        _database.Dispose();
    }

    private Task WatchAsync(BackgroundService watch)
    {
        _watches.Add(watch);
        return watch.StartAsync(TestContext.Current.CancellationToken);
    }
}
