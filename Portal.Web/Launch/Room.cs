namespace Portal.Web.Launch;

/// <summary>Who makes room for a newcomer when as many instances are there as may be.</summary>
internal static class Room
{
    /// <summary>
    /// How long nobody must have done anything before an instance is given up: a page that loads or connects again is
    /// without a WebSocket for a moment.
    /// </summary>
    public static readonly TimeSpan LeastIdle = TimeSpan.FromSeconds(10);

    /// <summary>
    /// True while fewer than <paramref name="most"/> are there beside the one that the newcomer replaces. Whoever is yet
    /// to end counts, and whoever waits for that counts too: so there are never too many processes.
    /// </summary>
    public static bool IsLeft(IEnumerable<Instance> instances, Instance? replaced, int most) =>
        instances.Count(one => one != replaced && !one.Gone.IsCompleted) < most;

    /// <summary>The ready instance that has been idle longest, without a WebSocket or a request; null where none is.</summary>
    public static Instance? LongestIdle(IEnumerable<Instance> instances, DateTimeOffset now) => instances
        .Where(one => one.Running is not null && one.Usage.Live is 0 && one.Usage.IdleFor(now) >= LeastIdle)
        .MaxBy(one => one.Usage.IdleFor(now));
}
