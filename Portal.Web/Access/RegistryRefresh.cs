using System.Data.Common;
using Portal.Data;

namespace Portal.Web.Access;

/// <summary>
/// Brings the database and the access table up before the first request, and keeps the table true after that:
/// at once for changes made here, within half a second for those of another process.
/// </summary>
internal sealed partial class RegistryRefresh(
    PortalPaths paths,
    RegisteredIpStore store,
    RegistryWatcher watcher,
    RegistryAccess access,
    RegistryBootstrap bootstrap,
    TimeProvider time,
    ILogger<RegistryRefresh> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);

    private volatile bool _isStale;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await PortalDatabase.PrepareAsync(paths.ConnectionString, logger, time, dataFolder: paths.Data, cancellationToken: cancellationToken);
        await bootstrap.FillAsync(cancellationToken);
        _ = await watcher.HasChangedAsync(cancellationToken);
        await LoadAsync(cancellationToken);
        store.Changed += ReloadNowAsync;
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        store.Changed -= ReloadNowAsync;
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (await watcher.HasChangedAsync(stoppingToken) || _isStale)
                await ReloadAsync(stoppingToken);
        }
    }

    private Task ReloadNowAsync() => ReloadAsync(CancellationToken.None);

    private async Task ReloadAsync(CancellationToken cancellationToken)
    {
        try
        {
            await LoadAsync(cancellationToken);
            _isStale = false;
        }
        catch (Exception e) when (e is DbException or InvalidOperationException)
        {
            // The table of before stays in force; the next tick tries again.
            _isStale = true;
            Log.RegistryUnreadable(logger, e);
        }
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        await access.ReloadAsync(cancellationToken);
        foreach (var row in access.Table.Unreadable)
            Log.RowUnreadable(logger, row.Id, row.Network);
    }

    private static partial class Log
    {
        [LoggerMessage(1002, LogLevel.Error, "The registry could not be read; the last known table stays in force")]
        public static partial void RegistryUnreadable(ILogger logger, Exception exception);

        [LoggerMessage(1003, LogLevel.Error, "Row {Id} of the registry is passed over: '{Network}' is no network")]
        public static partial void RowUnreadable(ILogger logger, int id, string network);
    }
}
