using System.Globalization;

namespace Portal.Web.Launch.Vitals;

/// <summary>Who has to end for the sake of memory.</summary>
internal static class MemoryRules
{
    /// <summary>How long Streamlit keeps a session whose browser has gone: after that nobody has anything to lose.</summary>
    public static readonly TimeSpan SessionRetention = TimeSpan.FromMinutes(2);

    /// <summary>How long a person in front of an open page is never taken for idle.</summary>
    public static readonly TimeSpan LeastIdle = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Each instance over the hard limit; each over the soft one that nobody has a session in; and where the host is short,
    /// the longest idle one: first of those without a page open, else of all. One after the other, as what ends frees memory.
    /// </summary>
    /// <param name="available">Bytes, see <see cref="HostMemory"/>.</param>
    public static IEnumerable<MemoryVerdict> Judge(
        IReadOnlyCollection<Instance> instances, LaunchOptions options, long available)
    {
        var running = instances.Where(one => one.Running is not null).ToList();
        foreach (var one in running)
        {
            if (one.Vitals.Resources is not { Private: var size })
                continue;
            if (size > options.MemoryHardLimit)
            {
                yield return new MemoryVerdict(one, Says(size, "the hard limit", options.MemoryHardLimit.Value), IsFailure: true);
            }
            else if (size > options.MemorySoftLimit && one.Usage.Live is 0 && one.Usage.IdleFor() >= SessionRetention)
            {
                yield return new MemoryVerdict(one, Says(size, "the soft limit", options.MemorySoftLimit.Value), IsFailure: false);
            }
        }

        if (available < options.MemoryReserve && !instances.Any(one => one.IsStopping && !one.Gone.IsCompleted)
            && (Room.LongestIdle(running) ?? LongestWithPage(running)) is { } longest)
        {
            yield return new MemoryVerdict(longest,
                $"the host is short of memory, {Megabytes(available)} are left, and it has been idle longest", IsFailure: false);
        }
    }

    private static Instance? LongestWithPage(IEnumerable<Instance> running) => running
        .Where(one => one.Usage.IdleFor() >= LeastIdle)
        .MaxBy(one => one.Usage.IdleFor());

    private static string Says(long size, string limit, long most) =>
        $"it has {Megabytes(size)} of memory, over {limit} of {Megabytes(most)}";

    /// <summary>"1,234 MB", for logs and admins.</summary>
    public static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024 * 1024):N0} MB");
}

/// <summary>That an instance has to end.</summary>
/// <param name="IsFailure">True where the app is to blame, and people are told why.</param>
internal sealed record MemoryVerdict(Instance Instance, string Why, bool IsFailure);
