using System.Collections.Concurrent;
using Portal.Web.Access;
using Portal.Web.Launch;

namespace Portal.Web.Proxy;

/// <summary>Every request and WebSocket under way to an app, by client and app, so that it can be counted and cut.</summary>
internal sealed class LiveConnections
{
    private readonly ConcurrentDictionary<LiveConnection, ClientIdentity> _connections = new();

    /// <summary>Counts until disposed.</summary>
    public LiveConnection Track(HttpContext http, ClientIdentity client, RunningApp app, InstanceUse use)
    {
        var connection = new LiveConnection(http, app, use, Forget);
        _connections[connection] = client;
        app.Usage.Enter(use);
        return connection;
    }

    /// <summary>Ends at once every connection of the clients that the condition names; says how many.</summary>
    public int Cut(Func<ClientIdentity, App, bool> condition)
    {
        var cut = 0;
        foreach (var (connection, client) in _connections)
        {
            if (!condition(client, connection.App.App))
                continue;
            connection.Abort();
            cut++;
        }

        return cut;
    }

    private void Forget(LiveConnection connection)
    {
        if (_connections.TryRemove(connection, out _))
            connection.App.Usage.Leave(connection.Use);
    }
}
