using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Portal.Tests.Doubles;
using Portal.Web;
using Portal.Web.Launch;
using Portal.Web.Launch.Prefork;
using Portal.Web.Launch.Processes;
using Xunit;

namespace Portal.Tests.Launch.Prefork;

/// <summary>The starter with real spawners, of the stand-in, and without a supervisor.</summary>
internal sealed class PreforkUnderTest : IAsyncDisposable
{
    private readonly ConcurrentQueue<IInstanceProcess> _started = [];
    private readonly PreforkStarter _starter;
    private int _lastLog;

    public PreforkUnderTest(LaunchMode mode = LaunchMode.Auto, string data = "data")
    {
        Streamlit = new StandInStreamlit(Ground);
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Portal:DataDirectory", Ground.PathOf(data))]).Build();
        var paths = new PortalPaths(configuration);
        paths.Create();
        var events = new PreforkEvents(NullLogger<PreforkEvents>.Instance);
        Pool = new SpawnerPool(paths, events, Status, Time);
        _starter = new PreforkStarter(Pool, new DirectStarter(), Options.Create(new LaunchOptions { Mode = mode }), Status, events, Time)
        {
            Patience = TimeSpan.FromMinutes(2), // a busy machine is no reason to start anew
        };
    }

    public TestGround Ground { get; } = new();

    public ShiftedTimeProvider Time { get; } = new();

    public StandInStreamlit Streamlit { get; }

    /// <summary>Of its instances.</summary>
    public ulong Mark { get; } = AppMark.New();

    public PreforkStatus Status { get; } = new();

    public SpawnerPool Pool { get; }

    public async Task<StartResult> TryStartAsync(App? app = null)
    {
        var log = Ground.PathOf($"{++_lastLog}.log");
        await File.WriteAllTextAsync(log, "", TestContext.Current.CancellationToken);
        var result = await _starter.StartAsync(
            new StartRequest(app ?? Streamlit.App, Ground.Ports.First, log, ProcessLimits.Of(new LaunchOptions(), Mark)), TestContext.Current.CancellationToken);
        if (result.Process is { } process)
            _started.Enqueue(process);
        return result;
    }

    public bool TryOtherwise(IInstanceProcess process) => _starter.TryOtherwise(Streamlit.App, process);

    /// <summary>A forked instance whose script runs.</summary>
    public async Task<ForkedProcess> StartAsync()
    {
        var result = await TryStartAsync();
        Assert.True(result.Process is not null, result.Problem);
        var log = Ground.PathOf($"{_lastLog}.log");
        await Eventually.TrueAsync(() => File.ReadAllText(log).Contains('\n', StringComparison.Ordinal));
        return Assert.IsType<ForkedProcess>(result.Process);
    }

    public async Task<Spawner> SpawnerAsync()
    {
        var outcome = await Pool.FindAsync(Streamlit.App);
        return outcome.Spawner ?? throw new InvalidOperationException(outcome.Problem);
    }

    public async ValueTask DisposeAsync()
    {
        await using var ground = Ground;
        foreach (var process in _started)
        {
            process.Kill();
            await process.Exited;
            process.Dispose();
        }

        await Pool.CloseAsync();
    }
}
