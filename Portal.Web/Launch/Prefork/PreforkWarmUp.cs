using Microsoft.Extensions.Options;

namespace Portal.Web.Launch.Prefork;

/// <summary>Starts the spawners with the portal and ends them after the supervisor has stopped: they report the last ends.</summary>
internal sealed class PreforkWarmUp(
    AppCatalog catalog, SpawnerPool pool, PreforkStatus status, IOptions<LaunchOptions> options, TimeProvider time) : BackgroundService
{
    /// <summary>The portal is not kept from being ready for longer.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await pool.CloseAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (options.Value.Mode is LaunchMode.Direct)
            {
                foreach (var app in catalog.All)
                    status.Set(app, $"Started anew each time, as {LaunchOptions.Section}:{nameof(LaunchOptions.Mode)} says.");
            }
            else
            {
                await WarmAsync(stoppingToken).WaitAsync(Limit, time, stoppingToken);
            }
        }
        catch (TimeoutException)
        {
            // The log says what each spawner came to.
        }
        finally
        {
            status.Settle();
        }
    }

    // As many at a time as there are processors: each is busy importing.
    private Task WarmAsync(CancellationToken stoppingToken) =>
        Parallel.ForEachAsync(
            catalog.All.Where(app => StreamlitCommand.MissingFor(app) is null), stoppingToken,
            async (app, _) => await pool.FindAsync(app));
}
