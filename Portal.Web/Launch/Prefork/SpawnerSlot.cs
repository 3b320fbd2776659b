using System.Diagnostics.CodeAnalysis;

namespace Portal.Web.Launch.Prefork;

/// <summary>
/// The place of one spawner: started when first asked for, replaced when it is lost, left empty for a while when it
/// does not come up.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The token source has no timer, and is asked after the closing too.")]
internal sealed class SpawnerSlot(
    SpawnerKey key, Func<SpawnerKey, CancellationToken, Task<SpawnerOutcome>> start, PreforkEvents events, TimeProvider time)
{
    /// <summary>How long a failure stands before another try. Also the time in which losses are counted.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(1);

    /// <summary>More losses than this within <see cref="Memory"/>, and something ends them for a reason.</summary>
    private const int ToleratedLosses = 3;

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _close = new();
    private readonly Queue<long> _losses = new();
    private Task<SpawnerOutcome>? _current;
    private long _gaveUpAt;

    /// <summary>The warm spawner, or why there is none. Everyone waits for the same start.</summary>
    public Task<SpawnerOutcome> FindAsync()
    {
        lock (_gate)
        {
            if (_current is null || (_current.IsCompleted && IsOver(_current)))
            {
                // Counted where it is replaced, which happens once, so that no start comes before its loss is known.
                if (_current is { IsCompletedSuccessfully: true, Result.Spawner: not null })
                    _losses.Enqueue(time.GetTimestamp());

                // It outlives the request whose launch asks first, and is no part of it in the log.
                using (ExecutionContext.SuppressFlow())
                    _current = StartAsync();
            }

            return _current;
        }
    }

    /// <summary>Ends the spawner, or its start; instances stay.</summary>
    public async Task CloseAsync()
    {
        await _close.CancelAsync();
        Task<SpawnerOutcome>? current;
        lock (_gate)
            current = _current;
        if (current is not null && await current is { Spawner: { } spawner })
            await spawner.DisposeAsync();
    }

    private bool IsOver(Task<SpawnerOutcome> current)
    {
        if (_close.IsCancellationRequested)
            return false;
        return current is { IsCompletedSuccessfully: true, Result.Spawner: { } spawner }
            ? spawner.Lost.IsCompleted
            : time.GetElapsedTime(_gaveUpAt) >= Memory;
    }

    private async Task<SpawnerOutcome> StartAsync()
    {
        await Task.Yield();
        var outcome = SpawnerOutcome.None("The portal stops.");
        try
        {
            outcome = HasLostTooMany()
                ? SpawnerOutcome.None("It was lost again and again.")
                : await start(key, _close.Token);
        }
        catch (OperationCanceledException)
        {
            // It closes.
        }

        if (outcome.Spawner is { } spawner)
            _ = ReplaceWhenLostAsync(spawner);
        else
            GiveUp(outcome.Problem);
        return outcome;
    }

    private void GiveUp(string problem)
    {
        lock (_gate)
            _gaveUpAt = time.GetTimestamp();
        if (!_close.IsCancellationRequested)
            events.GaveUp(key.App.Slug, problem);
    }

    private async Task ReplaceWhenLostAsync(Spawner spawner)
    {
        await spawner.Lost;
        if (_close.IsCancellationRequested)
            return;
        events.Lost(key.App.Slug, spawner.ProcessId);
        await spawner.DisposeAsync();
        _ = await FindAsync();
    }

    private bool HasLostTooMany()
    {
        lock (_gate)
        {
            while (_losses.TryPeek(out var oldest) && time.GetElapsedTime(oldest) > Memory)
                _losses.Dequeue();
            return _losses.Count > ToleratedLosses;
        }
    }
}
