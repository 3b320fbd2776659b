using System.Collections.Concurrent;

namespace Portal.Web.Launch.Prefork;

/// <summary>A spawner for each kind of app; and which interpreters are of no use for one.</summary>
internal sealed class SpawnerPool(PortalPaths paths, PreforkEvents events, PreforkStatus status, TimeProvider time)
{
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(1);

    private readonly SpawnerStart _start = new(paths, events, time);
    private readonly ConcurrentDictionary<SpawnerKey, SpawnerSlot> _slots = new();
    private readonly ConcurrentDictionary<(string Python, int? User), (Task<string?> Answer, long At)> _interpreters = new();
    private readonly Lock _gate = new();

    /// <summary>The app's spawner once it is warm, or why there is none.</summary>
    public async Task<SpawnerOutcome> FindAsync(App app)
    {
        var outcome = await _slots.GetOrAdd(SpawnerKey.Of(app), NewSlot).FindAsync();
        status.Set(app, Describe(outcome), hasGivenUp: outcome.Spawner is null);
        return outcome;
    }

    /// <summary>Ends every spawner. Instances stay; their ends are noticed for as long as the portal runs.</summary>
    public Task CloseAsync() => Task.WhenAll(_slots.Values.Select(slot => slot.CloseAsync()));

    private SpawnerSlot NewSlot(SpawnerKey key) => new(key, StartAsync, events, time);

    private async Task<SpawnerOutcome> StartAsync(SpawnerKey key, CancellationToken cancellationToken) =>
        await AskInterpreter(key.App).WaitAsync(cancellationToken) is { } unfit
            ? SpawnerOutcome.None(unfit)
            : await _start.StartAsync(key, cancellationToken);

    private Task<string?> AskInterpreter(App app)
    {
        var interpreter = (app.Python, app.RunAs?.Id);
        lock (_gate)
        {
            if (_interpreters.TryGetValue(interpreter, out var known) && time.GetElapsedTime(known.At) < Memory)
                return known.Answer;
            var answer = Interpreter.WhyUnfitAsync(app, time, CancellationToken.None);
            _interpreters[interpreter] = (answer, time.GetTimestamp());
            return answer;
        }
    }

    private static string Describe(SpawnerOutcome outcome)
    {
        if (outcome.Spawner is not { } spawner)
            return $"Started anew each time. {outcome.Problem}";
        var left = spawner.Denied.Count > 0
            ? $" Left to the instances: {string.Join("; ", spawner.Denied.Select(one => $"{one.Key} ({one.Value})"))}."
            : "";
        return $"Forked by process {spawner.ProcessId}, which has {spawner.Modules} modules loaded.{left}";
    }
}
