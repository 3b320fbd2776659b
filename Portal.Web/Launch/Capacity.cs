using Portal.Web.Launch.Ports;

namespace Portal.Web.Launch;

/// <summary>For how many more instances there is room, and what the next that runs short would be.</summary>
/// <param name="Available">Bytes of memory, see <see cref="Vitals.HostMemory"/>.</param>
/// <param name="Room">More instances, none of which are to make room; at least 0.</param>
internal sealed record Capacity(long Available, int Room, CapacityLimit Limit)
{
    /// <summary>What an instance is taken to need where none was measured, bytes.</summary>
    private const long UsualSize = 64 * 1024 * 1024;

    /// <summary>An instance is taken to need as much as half of those that run.</summary>
    public static Capacity Of(IEnumerable<Instance> instances, LaunchOptions options, PortRange ports, long available)
    {
        var there = instances.Where(one => !one.Gone.IsCompleted).ToList();
        var sizes = there.Select(one => one.Vitals.Resources?.Private).OfType<long>().Order().ToList();
        var size = sizes.Count > 0 ? Math.Max(1, sizes[sizes.Count / 2]) : UsualSize;
        var inRange = there.Count(one => one.Status().Port is { } port && port >= ports.First && port <= ports.Last);
        (long Room, CapacityLimit Limit)[] limits =
        [
            ((available - options.MemoryReserve) / size, CapacityLimit.Memory),
            (options.MaxInstances - there.Count, CapacityLimit.Instances),
            (ports.Count - inRange, CapacityLimit.Ports),
        ];
        var (room, limit) = limits.MinBy(one => one.Room);
        return new Capacity(available, (int)Math.Clamp(room, 0, int.MaxValue), limit);
    }
}

/// <summary>What runs short first.</summary>
internal enum CapacityLimit
{
    /// <summary>The memory above <see cref="LaunchOptions.MemoryReserve"/>.</summary>
    Memory,

    /// <summary><see cref="LaunchOptions.MaxInstances"/>.</summary>
    Instances,

    /// <summary><see cref="LaunchOptions.PortRange"/>.</summary>
    Ports,
}
