using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Portal.Data;

namespace Portal.Web.Launch;

/// <summary>
/// Notes once a minute who worked in which app, by days of the server's time zone. What cannot be written is kept for the next minute, and nobody waits for it.
/// </summary>
internal sealed class UsageRecorder(
    Supervisor supervisor, UsageStore store, IOptions<LaunchOptions> options, LaunchEvents events, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Dictionary<(DateOnly Day, InstanceKey Key), AppUsage> _unwritten = [];
    private readonly ConditionalWeakTable<Instance, object> _counted = [];
    private long _lookedAt = time.GetTimestamp();
    private DateOnly _cleanedOn;
    private readonly Attempts _writing = new(events.UsageNotWritten);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        Look();
        await WriteAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Look();
            await WriteAsync(stoppingToken);
        }
    }

    private void Look()
    {
        var now = time.GetTimestamp();
        var elapsed = time.GetElapsedTime(_lookedAt, now);
        foreach (var instance in supervisor.Instances)
        {
            if (!instance.Launch.IsCompleted || instance.ReadyAt is not { } readyAt)
                continue;
            var isNew = !instance.IsAdopted && _counted.TryAdd(instance, instance);
            var isUsed = instance.Usage.LastAct > _lookedAt && instance.Usage.LastAct > readyAt;
            if (isNew || isUsed)
                Add(instance, isNew ? 1 : 0, isUsed ? elapsed : TimeSpan.Zero);
        }

        _lookedAt = now;
    }

    private void Add(Instance instance, int launches, TimeSpan active)
    {
        var day = DateOnly.FromDateTime(time.GetLocalNow().DateTime);
        var known = _unwritten.GetValueOrDefault((day, instance.Key));
        _unwritten[(day, instance.Key)] = new AppUsage
        {
            Day = day,
            Client = instance.Key.Client.ToString(),
            App = instance.Key.Slug,
            Launches = (known?.Launches ?? 0) + launches,
            ActiveSeconds = (known?.ActiveSeconds ?? 0) + (long)active.TotalSeconds,
            PeakMemory = Math.Max(known?.PeakMemory ?? 0, instance.Vitals.Resources?.Private ?? 0),
        };
    }

    private Task WriteAsync(CancellationToken cancellationToken) => _writing.MakeAsync(async () =>
    {
        if (_unwritten.Count > 0)
            await store.AddAsync(_unwritten.Values, cancellationToken);
        _unwritten.Clear();
        await CleanAsync(cancellationToken);
    });

    private async Task CleanAsync(CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(time.GetLocalNow().DateTime);
        if (_cleanedOn == today)
            return;
        await store.RemoveBeforeAsync(today.AddDays(-(int)options.Value.UsageRetention.TotalDays), cancellationToken);
        _cleanedOn = today;
    }
}
