using Microsoft.Extensions.Options;

namespace Portal.Web.Launch;

/// <summary>
/// Sees to it that the output of each instance is written to its log, and keeps the logs for as long as the configuration says: or for
/// less, when the disk is full.
/// </summary>
internal sealed class LogKeeper(
    Supervisor supervisor, PortalPaths paths, IOptions<LaunchOptions> options, LaunchEvents events, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan SizeInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AgeInterval = TimeSpan.FromHours(1);

    /// <summary>Bytes that stay free on the disk of the logs, as long as there are old ones to remove.</summary>
    private const long LeastFree = 4 * 1024 * 1024;

    // Told of once, not each second.
    private readonly HashSet<InstanceKey> _failing = [];
    private readonly Attempts _keeping = new(events.LogsNotKept);
    private long? _sweptAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(SizeInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var instances = supervisor.Instances;
            foreach (var instance in instances)
                KeepWithinLimit(instance);
            await _keeping.MakeAsync(() =>
            {
                MakeRoom(instances);
                RemoveOld(instances, time.GetUtcNow());
                return Task.CompletedTask;
            });
        }
    }

    private void KeepWithinLimit(Instance instance)
    {
        try
        {
            if (instance.ProcessId is not null && instance.Log.IsUnread())
                _ = LogWriter.Start(instance.Log, instance.App);
            instance.Log.KeepWithinLimit();
            _ = _failing.Remove(instance.Key);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (_failing.Add(instance.Key))
                events.LogNotKept(instance.Key.Client, instance.Key.Slug, e);
        }
    }

    private void RemoveOld(IEnumerable<Instance> instances, DateTimeOffset now)
    {
        if (_sweptAt is { } before && time.GetElapsedTime(before) < AgeInterval)
            return;
        _sweptAt = time.GetTimestamp();
        foreach (var file in NotInUse(instances).Where(file => now.UtcDateTime - file.LastWriteTimeUtc > options.Value.LogRetention))
            _ = Remove(file);
    }

    /// <summary>The oldest go first, until there is room.</summary>
    private void MakeRoom(IEnumerable<Instance> instances)
    {
        if (FreeBytes() >= LeastFree)
            return;
        var removed = NotInUse(instances).OrderBy(file => file.LastWriteTimeUtc).TakeWhile(_ => FreeBytes() < LeastFree).Count(Remove);
        if (removed > 0)
            events.LogDiskFull(removed);
    }

    private long FreeBytes() => new DriveInfo(paths.Logs).AvailableFreeSpace;

    /// <summary>Every log but those that a running instance writes to.</summary>
    private List<FileInfo> NotInUse(IEnumerable<Instance> instances)
    {
        var inUse = instances.Where(one => !one.Gone.IsCompleted).Select(one => one.Log.Path).ToHashSet(StringComparer.Ordinal);
        return [.. new DirectoryInfo(paths.Logs).EnumerateFiles("*.log*").Where(file => !inUse.Contains(file.FullName))];
    }

    private bool Remove(FileInfo file)
    {
        try
        {
            file.Delete();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            events.LogNotRemoved(file.Name, e);
            return false;
        }
    }
}
