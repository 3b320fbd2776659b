using Microsoft.Extensions.Options;

namespace Portal.Web.Launch.Vitals;

/// <summary>
/// Asks each running instance now and then how it is. One that does not answer is frozen, or busy with something that
/// lets nothing else pass; which of the two nobody can tell, so it is left alone, and people are told: requests that wait for it too.
/// </summary>
internal sealed class HealthWatch(Supervisor supervisor, ReadyCheck health, IOptions<LaunchOptions> options, TimeProvider time)
    : BackgroundService
{
    // Each instance has its part of the interval, by its port: hundreds that answer at once would keep others waiting.
    private const int Parts = 20;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.HealthInterval / Parts, time);
        for (var part = 0; await timer.WaitForNextTickAsync(stoppingToken); part = (part + 1) % Parts)
        {
            foreach (var instance in supervisor.Instances)
            {
                if (instance.Running is not { } app)
                    continue;
                instance.Vitals.Judge(options.Value.Silence);
                if (app.Port % Parts == part && instance.IsAlive)
                    _ = AskAsync(instance.Vitals, app, stoppingToken);
            }
        }
    }

    private async Task AskAsync(InstanceVitals vitals, RunningApp app, CancellationToken stop)
    {
        vitals.Asked();
        if (await health.IsHealthyAsync(app.App, app.Port, stop))
            vitals.Answered();
        else
            vitals.Missed();
    }
}
