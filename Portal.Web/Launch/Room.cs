using Portal.Web.Launch.Vitals;

namespace Portal.Web.Launch;

/// <summary>Whether there is room for a newcomer, and who makes it.</summary>
internal static class Room
{
    /// <summary>
    /// How long nobody must have done anything before an instance is given up: a page that loads or connects again is
    /// without a WebSocket for a moment.
    /// </summary>
    public static readonly TimeSpan LeastIdle = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Null where there is room. Whoever is yet to end counts, and whoever waits for that counts too: so there are never
    /// too many processes.
    /// </summary>
    /// <param name="replaced">The instance that the newcomer takes the place of; it does not count.</param>
    /// <param name="available">Bytes, see <see cref="HostMemory"/>.</param>
    public static Crowd? CrowdFor(App app, IEnumerable<Instance> instances, Instance? replaced, LaunchOptions options, long available)
    {
        var all = instances.Where(one => one != replaced && !one.Gone.IsCompleted).ToList();
        var ofApp = all.Where(one => string.Equals(one.Key.Slug, app.Slug, StringComparison.Ordinal)).ToList();
        if (ofApp.Count >= app.MaxInstances)
        {
            return new Crowd(ofApp, new(LaunchFailureReason.Full,
                $"{app.MaxInstances} of {app.Slug} run already, as many as {AppOptions.Key}:…:{nameof(app.MaxInstances)} allows, and none is idle.", []));
        }

        if (all.Count >= options.MaxInstances)
        {
            return new Crowd(all, new(LaunchFailureReason.Full,
                $"{options.MaxInstances} run already, as many as {LaunchOptions.Section}:{nameof(options.MaxInstances)} allows, and none is idle.", []));
        }

        return available >= options.MemoryReserve ? null : new Crowd(all, new(LaunchFailureReason.ShortOfMemory,
            $"The host has {MemoryRules.Megabytes(available)} of memory left, less than the "
            + $"{MemoryRules.Megabytes(options.MemoryReserve)} of {LaunchOptions.Section}:{nameof(options.MemoryReserve)}.", []));
    }

    /// <summary>The ready instance that has been idle longest, without a WebSocket or a request; null where none is.</summary>
    public static Instance? LongestIdle(IEnumerable<Instance> instances) => instances
        .Where(one => one.Running is not null && one.Usage.Live is 0 && one.Usage.IdleFor() >= LeastIdle)
        .MaxBy(one => one.Usage.IdleFor());
}

/// <summary>Those of whom one has to end before a newcomer may begin.</summary>
/// <param name="Failure">What the newcomer is told where none of them can.</param>
internal sealed record Crowd(IReadOnlyList<Instance> Instances, LaunchFailure Failure);
