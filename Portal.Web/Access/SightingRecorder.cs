namespace Portal.Web.Access;

/// <summary>Writes once a minute, and as the portal stops, who came through which registration last.</summary>
internal sealed partial class SightingRecorder(Sightings sightings, TimeProvider time, ILogger<SightingRecorder> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Attempts _writing = new(e => Log.NotWritten(logger, e));

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await WriteAsync(stoppingToken);
    }

    private Task WriteAsync(CancellationToken cancellationToken) => _writing.MakeAsync(() => sightings.WriteAsync(cancellationToken));

    private static partial class Log
    {
        [LoggerMessage(1004, LogLevel.Warning, "Who was seen last could not be written; it is kept until it can")]
        public static partial void NotWritten(ILogger logger, Exception exception);
    }
}
