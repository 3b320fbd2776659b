using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting.Systemd;

namespace Portal.Web;

/// <summary>
/// Notifies systemd (sd_notify) that the portal is ready, stopping and alive. Every hosted service has started by the time it is
/// ready: the registry is read and the socket listens. <c>AddSystemd</c> is not used: it takes the log format away from the
/// configuration, and notifies only a parent process called <c>systemd</c>.
/// </summary>
internal sealed class SystemdService(ISystemdNotifier systemd, IHostApplicationLifetime lifetime, TimeProvider time) : IHostedService, IDisposable
{
    private static readonly ServiceState Alive = new("WATCHDOG=1");

    private ITimer? _watchdog;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!systemd.IsEnabled)
            return Task.CompletedTask;
        lifetime.ApplicationStarted.Register(() => Notify(ServiceState.Ready));
        lifetime.ApplicationStopping.Register(() => Notify(ServiceState.Stopping));

        // Twice in each period, as sd_watchdog_enabled(3) asks, and on the thread pool that serves requests: systemd learns when
        // that stands still.
        if (WatchdogPeriod() is { } period)
            _watchdog = time.CreateTimer(_ => Notify(Alive), null, period / 2, period / 2);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _watchdog?.Dispose();

    private static TimeSpan? WatchdogPeriod() =>
        long.TryParse(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var period) && period > 0
        && (Environment.GetEnvironmentVariable("WATCHDOG_PID") is not { Length: > 0 } process
            || process.Equals(Environment.ProcessId.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))
            ? TimeSpan.FromMicroseconds(period)
            : null;

    private void Notify(ServiceState state)
    {
        try
        {
            systemd.Notify(state);
        }
        catch (SocketException)
        {
            // systemd is being restarted itself; the next notification reaches it.
        }
    }
}
