using Microsoft.Extensions.Options;
using Portal.Data;
using Portal.Web.Access;
using Portal.Web.Launch;
using Portal.Web.Launch.Ports;
using Portal.Web.Launch.Vitals;

namespace Portal.Web.Pages.Admin.Dashboard;

/// <summary>How the portal is; what is known stays so for some seconds, however many look.</summary>
internal sealed class OverviewSource(
    Supervisor supervisor,
    HostMemory memory,
    Problems problems,
    AuditStore audit,
    AccessRequestStore requests,
    RegisteredIpStore registry,
    IOptions<LaunchOptions> launch,
    IOptions<AccessOptions> access,
    TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Validity = TimeSpan.FromSeconds(5);
    private static readonly AuditAction[] Counted = [AuditAction.AppLaunched, AuditAction.LaunchFailed, AuditAction.AccessRefused];

    private readonly SemaphoreSlim _reading = new(1, 1);
    private Overview? _known;
    private long _readAt;

    public async Task<Overview> ReadAsync(CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            if (_known is null || time.GetElapsedTime(_readAt) >= Validity)
                (_known, _readAt) = (await LookAsync(time.GetUtcNow(), cancellationToken), time.GetTimestamp());
            return _known;
        }
        finally
        {
            _reading.Release();
        }
    }

    public void Dispose() => _reading.Dispose();

    private async Task<Overview> LookAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var first = Overview.FirstMorning(now, time.LocalTimeZone);
        var (day, week) = Overview.Course(await audit.CountAsync(Counted, first, now, cancellationToken), first, now, time.LocalTimeZone);
        var running = supervisor.Instances.Where(one => one.Running is not null).ToList();
        return new Overview(
            running.Where(one => one.Usage.LiveSockets > 0).Select(one => one.Key.Client).Distinct().Count(),
            running.Count,
            Capacity.Of(supervisor.Instances, launch.Value, PortRange.TryParse(launch.Value.PortRange, out var ports) ? ports : default, memory.Available()),
            access.Value.Requests ? await requests.CountOpenAsync(cancellationToken) : 0,
            await registry.CountAsync(RegistrationState.Expiring, cancellationToken),
            await problems.FindAsync(cancellationToken),
            day,
            week);
    }
}
