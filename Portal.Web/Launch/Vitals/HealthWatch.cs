using Microsoft.Extensions.Options;

namespace Portal.Web.Launch.Vitals;

/// <summary>
/// Asks each running instance now and then how it is. One that does not answer is frozen, or busy with something that
/// lets nothing else pass; which of the two nobody can tell, so it is left alone, and people are told.
/// </summary>
internal sealed class HealthWatch(Supervisor supervisor, ReadyCheck health, IOptions<LaunchOptions> options, TimeProvider time)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.HealthInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var instance in supervisor.Instances)
            {
                if (instance is { Running: { } app, IsAlive: true })
                    _ = AskAsync(instance.Vitals, app, stoppingToken);
            }
        }
    }

    private async Task AskAsync(InstanceVitals vitals, RunningApp app, CancellationToken stop)
    {
        vitals.Asked();
        if (await health.IsHealthyAsync(app.App, app.Port, stop))
            vitals.Answered();
    }
}
