using System.Data.Common;
using Portal.Data;

namespace Portal.Web.Announcements;

/// <summary>
/// What is announced at the moment, in memory: pages of apps ask for it all the time. Changes made here are on it at once,
/// those of another process within five seconds.
/// </summary>
internal sealed partial class AnnouncementBoard(AnnouncementStore store, TimeProvider time, ILogger<AnnouncementBoard> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private volatile IReadOnlyList<Announcement> _upcoming = [];
    private bool _isFailing;

    /// <summary>What is shown now, what matters most first.</summary>
    public IReadOnlyList<Announcement> Current()
    {
        var now = time.GetUtcNow();
        return [.. _upcoming.Where(one => one.IsDue(now)).OrderByDescending(one => one.Level).ThenByDescending(one => one.From)];
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await ReloadAsync();
        store.Changed += ReloadAsync;
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        store.Changed -= ReloadAsync;
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await ReloadAsync();
    }

    private async Task ReloadAsync()
    {
        try
        {
            _upcoming = await store.UpcomingAsync(CancellationToken.None);
            _isFailing = false;
        }
        catch (Exception e) when (e is DbException or InvalidOperationException)
        {
            if (!_isFailing) Log.Unreadable(logger, e);
            _isFailing = true;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4050, LogLevel.Warning, "Announcements cannot be read; those that are known stay")]
        public static partial void Unreadable(ILogger logger, Exception exception);
    }
}
