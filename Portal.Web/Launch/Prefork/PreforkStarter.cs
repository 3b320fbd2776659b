using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Portal.Web.Launch.Processes;

namespace Portal.Web.Launch.Prefork;

/// <summary>
/// Forks instances from a process that has everything imported already. Where that does not work they are started
/// anew, unless the configuration insists.
/// </summary>
internal sealed class PreforkStarter(
    SpawnerPool pool, DirectStarter direct, IOptions<LaunchOptions> options, PreforkStatus status, PreforkEvents events, TimeProvider time)
    : IInstanceStarter
{
    /// <summary>How long an app is started anew after a forked instance of it was never ready.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, long> _anewSince = new(StringComparer.Ordinal);

    /// <summary>How long a launch waits for a spawner that is still warming up; starting anew takes about as long.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(3);

    public async Task<StartResult> StartAsync(StartRequest request, CancellationToken cancellationToken)
    {
        var mode = options.Value.Mode;
        if (mode is LaunchMode.Direct || StreamlitCommand.MissingFor(request.App) is not null || IsStartedAnew(request.App))
            return await direct.StartAsync(request, cancellationToken);

        var forked = await ForkAsync(request, mode is LaunchMode.Prefork ? options.Value.StartTimeout : Patience, cancellationToken);
        if (forked.Process is not null)
            return forked;
        if (mode is LaunchMode.Prefork)
            return StartResult.Refused($"{forked.Problem} ({LaunchOptions.Section}:{nameof(options.Value.Mode)} is Prefork; Auto would start it anew.)");
        events.FellBack(request.App.Slug, forked.Problem);
        status.Set(request.App, $"Started anew each time. {forked.Problem}", hasGivenUp: true);
        return await direct.StartAsync(request, cancellationToken);
    }

    /// <summary>A forked instance that does not come up may do so when started anew: Streamlits differ.</summary>
    public bool TryOtherwise(App app, IInstanceProcess process)
    {
        if (process is not ForkedProcess || options.Value.Mode is not LaunchMode.Auto)
            return false;
        _anewSince[app.Slug] = time.GetTimestamp();
        events.FellBack(app.Slug, "A forked one was never ready; its log says more.");
        status.Set(app, "Started anew each time for now. A forked instance was never ready; its log says more.", hasGivenUp: true);
        return true;
    }

    private bool IsStartedAnew(App app) =>
        _anewSince.TryGetValue(app.Slug, out var since) && time.GetElapsedTime(since) < Memory;

    private async Task<StartResult> ForkAsync(StartRequest request, TimeSpan patience, CancellationToken cancellationToken)
    {
        var result = StartResult.Refused("");
        for (var tries = 0; tries < 2; tries++)
        {
            SpawnerOutcome outcome;
            try
            {
                outcome = await pool.FindAsync(request.App).WaitAsync(patience, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                return StartResult.Refused("The spawner is still warming up.");
            }

            if (outcome.Spawner is not { } spawner)
                return StartResult.Refused(outcome.Problem);
            result = await spawner.ForkAsync(request, cancellationToken);
            if (result.Process is not null || !spawner.Lost.IsCompleted)
                return result;
        }

        return result;
    }
}
