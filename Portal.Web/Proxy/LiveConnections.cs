using System.Collections.Concurrent;
using Portal.Web.Access;
using Portal.Web.Launch;

namespace Portal.Web.Proxy;

/// <summary>Every request and WebSocket under way to an app, by client and app, so that it can be counted and cut.</summary>
internal sealed class LiveConnections(TimeProvider time)
{
    // For the client to answer a close. What has to be over within a second may have waited half a second already.
    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(0.3);

    // For what was sent to leave the machine: only a client that reads nothing, or a very busy machine, takes any time.
    private static readonly TimeSpan Sending = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<LiveConnection, ClientIdentity> _connections = new();

    /// <summary>How long an app that is responsive may leave the upgrade to a WebSocket unanswered.</summary>
    public TimeSpan UpgradeTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long what a page sends or loads waits for an app that is known not to answer, and may be only busy.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Counts until disposed.</summary>
    /// <param name="socket">Set where it is a WebSocket.</param>
    /// <param name="isPatient">True for what a page sends or loads, see <see cref="Patience"/>.</param>
    public LiveConnection Track(
        HttpContext http, ClientIdentity client, RunningApp app, InstanceUse use, WatchedSocket? socket = null, bool isPatient = false)
    {
        var connection = new LiveConnection(http, app, use, socket, this);
        _connections[connection] = client;
        app.Usage.Enter(use);
        connection.LimitWait(isPatient ? Patience : TimeSpan.Zero, UpgradeTimeout, time);
        return connection;
    }

    /// <summary>
    /// Ends every connection that the condition names: nothing passes from now on, WebSockets are told why, and 0.3 s after
    /// that are closed if their client has not done so. Says how many.
    /// </summary>
    public int Cut(Func<ClientIdentity, App, bool> condition, SocketEnd why)
    {
        var cut = 0;
        foreach (var (connection, client) in _connections)
        {
            if (!condition(client, connection.App.App))
                continue;
            cut++;
            if (connection.End(why) is { } saying)
                _ = PartAsync(saying, connection);
            else
                connection.Abort();
        }

        return cut;
    }

    private async Task PartAsync(Task saying, LiveConnection connection)
    {
        await saying.WaitAsync(Sending, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.Delay(Goodbye, time);
        connection.Finish();
        await Task.Delay(Sending, time);
        connection.Abort();
    }

    /// <summary>It is over.</summary>
    public void Forget(LiveConnection connection)
    {
        if (_connections.TryRemove(connection, out _))
            connection.App.Usage.Leave(connection.Use);
    }
}
