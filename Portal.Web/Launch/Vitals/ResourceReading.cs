using Portal.Web.Launch.Processes;

namespace Portal.Web.Launch.Vitals;

/// <summary>What an instance, with all that it has started, takes of the machine.</summary>
/// <param name="Private">Bytes that would be free without it.</param>
/// <param name="Shared">Bytes: its part of what it has in common with other processes.</param>
/// <param name="Processor">Of one core, since the reading before: 0.5 is half a core, 2 are two.</param>
/// <param name="Processes">How many it has.</param>
public sealed record ResourceReading(long Private, long Shared, double Processor, int Processes)
{
    // The exact figures cost a walk through all pages; the rough one that comes with proc(5) tells when they are due.
    private const long NotableChange = 1024 * 1024;
    private static readonly TimeSpan LongestTrust = TimeSpan.FromSeconds(30);

    private long Resident { get; init; }

    private TimeSpan ProcessorTime { get; init; }

    private DateTimeOffset ReadAt { get; init; }

    private DateTimeOffset MeasuredAt { get; init; }

    /// <summary>Reads the living processes of an instance's session.</summary>
    internal static ResourceReading Of(IReadOnlyCollection<ProcessStat> processes, ResourceReading? before, DateTimeOffset now)
    {
        var resident = processes.Sum(process => process.Resident);
        var processorTime = TimeSpan.FromTicks(processes.Sum(process => process.ProcessorTime.Ticks));
        var elapsed = now - (before?.ReadAt ?? now);
        var measured = before is null || processes.Count != before.Processes || now - before.MeasuredAt > LongestTrust
            || Math.Abs(resident - before.Resident) > NotableChange
            ? Measure(processes) with { Resident = resident, MeasuredAt = now }
            : before;
        return measured with
        {
            Processor = elapsed > TimeSpan.Zero ? Math.Max(0, (processorTime - before!.ProcessorTime) / elapsed) : 0,
            ProcessorTime = processorTime,
            ReadAt = now,
        };
    }

    private static ResourceReading Measure(IReadOnlyCollection<ProcessStat> processes)
    {
        var (own, shared) = (0L, 0L);
        foreach (var process in processes)
        {
            // Of another user's the system tells only the rough figure.
            var memory = ProcessMemory.Of(process.Id) ?? new ProcessMemory(process.Resident, process.Resident);
            own += memory.Private;
            shared += memory.Proportional - memory.Private;
        }

        return new ResourceReading(own, shared, 0, processes.Count);
    }
}
