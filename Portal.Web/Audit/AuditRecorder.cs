using Microsoft.Extensions.Options;
using Portal.Data;
using Portal.Web.Access;
using Portal.Web.Launch;

namespace Portal.Web.Audit;

/// <summary>
/// Puts on record what people shall not wait for: launches, stops, refusals. It is queued and written every two seconds;
/// what cannot be written is kept up to a bound, and beyond that counted. Once a day the oldest entries are removed, and refusals beyond a number.
/// </summary>
internal sealed partial class AuditRecorder(
    AuditStore store,
    Refusals refusals,
    LaunchEvents launches,
    RegistryAccess access,
    IOptions<AuditOptions> options,
    TimeProvider time,
    ILogger<AuditRecorder> logger) : BackgroundService
{
    /// <summary>Entries that wait to be written; more are lost.</summary>
    public const int MaxUnwritten = 10_000;

    /// <summary>Refusals that stay on record, the latest; those of a scanner may be many.</summary>
    private const int MaxRefusals = 200_000;

    private const int BatchSize = 500;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Queue<AuditEntry> _unwritten = new();
    private readonly PassingFailures _failures = new(time);
    private long _lost;
    private DateOnly _cleanedOn;
    private readonly Attempts _writing = new(e => Log.NotWritten(logger, e));

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        launches.Noted += Add;
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        launches.Noted -= Add;
        Add(refusals.Take(all: true));
        Add(_failures.Take(all: true));
        await WriteAsync(cancellationToken);
        if (_unwritten.Count + _lost is > 0 and var lost)
            Log.Lost(logger, lost);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Add(refusals.Take());
            Add(_failures.Take());
            await WriteAsync(stoppingToken);
        }
    }

    private void Add(LaunchNote note)
    {
        var entry = new AuditEntry
        {
            At = time.GetUtcNow(),
            Action = note.Action,
            Actor = note.Actor,
            Address = note.By?.Address.ToString() ?? "",
            Through = note.By is { } by ? access.Find(by.Address)?.Row.Network ?? "" : "",
            Subject = note.Instance.ToString(),
            Detail = note.Detail,
        };
        if (note.IsPassing) _failures.Add(note.Instance, entry);
        else Add([entry]);
    }

    private void Add(IReadOnlyList<AuditEntry> entries)
    {
        lock (_gate)
        {
            foreach (var entry in entries)
            {
                if (_unwritten.Count < MaxUnwritten) _unwritten.Enqueue(entry);
                else _lost++;
            }
        }
    }

    private Task WriteAsync(CancellationToken cancellationToken) => _writing.MakeAsync(async () =>
    {
        while (Next() is { Length: > 0 } batch)
        {
            await store.AddAsync(batch, cancellationToken);
            Forget(batch.Length);
        }

        await CleanAsync(cancellationToken);
        if (Interlocked.Exchange(ref _lost, 0) is > 0 and var lost)
            Log.Lost(logger, lost);
    });

    private AuditEntry[] Next()
    {
        lock (_gate)
            return [.. _unwritten.Take(BatchSize)];
    }

    private void Forget(int count)
    {
        lock (_gate)
        {
            for (var i = 0; i < count; i++)
                _unwritten.Dequeue();
        }
    }

    private async Task CleanAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        if (_cleanedOn == today)
            return;
        while (await store.RemoveBeforeAsync(now - options.Value.Retention, BatchSize, cancellationToken))
            await Task.Yield();
        while (await store.RemoveRefusalsAsync(MaxRefusals, BatchSize, cancellationToken))
            await Task.Yield();
        _cleanedOn = today;
    }

    private static partial class Log
    {
        [LoggerMessage(4030, LogLevel.Error, "The record could not be written; it is kept until it can")]
        public static partial void NotWritten(ILogger logger, Exception exception);

        [LoggerMessage(4031, LogLevel.Error, "{Count} entries of the record were lost, as it could not be written for long")]
        public static partial void Lost(ILogger logger, long count);
    }
}
