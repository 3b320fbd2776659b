using Microsoft.Extensions.Options;
using Portal.Web.Launch.Processes;

namespace Portal.Web.Launch.Vitals;

/// <summary>Measures what runs, and ends whatever takes too much memory.</summary>
internal sealed class ResourceWatch(
    Supervisor supervisor, HostMemory memory, IOptions<LaunchOptions> options, TimeProvider time) : BackgroundService
{
    // Of a core. An idle Streamlit takes up to a hundredth.
    private const double AtWork = 0.1;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    // Moments that lie as far apart as they did, also when somebody sets the clock.
    private readonly (DateTimeOffset Began, long At) _start = (time.GetUtcNow(), time.GetTimestamp());

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                Look(_start.Began + time.GetElapsedTime(_start.At));
            }
            catch (IOException)
            {
                // No file can be opened at the moment, proc(5)'s neither; the next round tries again.
            }
        }
    }

    private void Look(DateTimeOffset now)
    {
        var instances = supervisor.Instances;
        if (instances.Count is 0)
            return;

        var running = MarkedProcesses.Of(
            instances.Where(one => one.ProcessId is not null).Select(one => (one.ProcessId!.Value, one.Mark)));
        foreach (var instance in instances)
        {
            if (instance.ProcessId is not { } id || running[id].ToList() is not { Count: > 0 } processes)
                continue;
            instance.Vitals.Took(ResourceReading.Of(processes, instance.Vitals.Resources, now), now);
            if (instance.Vitals.Resources is { Processor: > AtWork })
                instance.Usage.Work(options.Value.MaxBusyTime);
        }

        foreach (var verdict in MemoryRules.Judge(instances, options.Value, memory.Available()).ToList())
        {
            if (verdict.IsFailure)
                supervisor.Stop(verdict.Instance, verdict.Why, new(LaunchFailureReason.TooMuchMemory, $"Stopped: {verdict.Why}.", []));
            else
                supervisor.StopIdle(verdict.Instance, verdict.Why);
        }
    }
}
