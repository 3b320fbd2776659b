using System.Threading.Channels;
using Portal.Web.Access;
using Portal.Web.Launch;

namespace Portal.Web.Proxy;

/// <summary>
/// Makes a change of the registry felt on what is under way: whoever is removed, disabled, expired or moved to
/// another role is cut off, and their instances stopped. At once after a change, and within half a second of an expiry.
/// </summary>
internal sealed partial class Revocation(
    RegistryAccess access,
    Supervisor supervisor,
    LiveConnections connections,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<Revocation> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);

    private static readonly LaunchFailure Revoked = new(LaunchFailureReason.Revoked, "Its client's registration was changed.", []);

    // One pending round is as good as many.
    private readonly Channel<bool> _rounds = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Open WebSockets would hold up the server's own stop until its time limit.
        await using var stopping = lifetime.ApplicationStopping.Register(() => connections.Cut((_, _) => true, SocketEnd.PortalStops));
        await using var timer = time.CreateTimer(_ => Ask(), null, Interval, Interval);
        access.Changed += Ask;
        try
        {
            await foreach (var _ in _rounds.Reader.ReadAllAsync(stoppingToken))
                Round();
        }
        finally
        {
            access.Changed -= Ask;
        }

        void Ask() => _rounds.Writer.TryWrite(true);
    }

    private void Round()
    {
        // First, so that the reason is what ends the sockets, not the end of their process.
        var cut = connections.Cut((client, app) => !IsStill(client, app), SocketEnd.RegistrationChanged);
        if (cut > 0)
            Log.Cut(logger, cut);

        foreach (var (key, app, client) in supervisor.Launched())
        {
            if (!IsStill(client, app))
                _ = supervisor.StopAsync(key, "its client is no longer registered as it was", told: Revoked);
        }
    }

    /// <summary>True while the address is registered in the same role, and that role may open the app.</summary>
    private bool IsStill(ClientIdentity client, App app) =>
        access.Find(client.Address) is { } entry && entry.Row.Role == client.Role && app.IsOpenTo(client.Role);

    private static partial class Log
    {
        [LoggerMessage(3001, LogLevel.Information, "{Count} connections cut, as the registry has changed")]
        public static partial void Cut(ILogger logger, int count);
    }
}
