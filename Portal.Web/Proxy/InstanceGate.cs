using System.Net;
using System.Net.NetworkInformation;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Portal.Data;
using Portal.Web.Launch;

namespace Portal.Web.Proxy;

/// <summary>
/// Refuses what an app's own processes ask the portal for, under whatever address of this machine. Looked up once for each
/// connection of this machine with itself; connections of others cost nothing.
/// </summary>
internal sealed partial class InstanceGate(InstancePeers peers, ILogger<InstanceGate> logger)
{
    private volatile HashSet<IPAddress>? _own;
    private bool _isWatching;

    /// <summary>For every address that the server listens on.</summary>
    public void Watch(ListenOptions listen) => listen.Use(next => connection =>
    {
        if (connection is { RemoteEndPoint: IPEndPoint remote, LocalEndPoint: IPEndPoint local }
            && IsOfThisMachine(NetworkNotation.Normalize(remote.Address), NetworkNotation.Normalize(local.Address)))
        {
            connection.Features.Set(new Peer(LookAsync(remote, local, connection)));
        }

        return next(connection);
    });

    /// <summary>Before a header can say who is asking.</summary>
    public static Task RefuseAsync(HttpContext http, RequestDelegate next) =>
        http.Features.Get<Peer>() is not { } peer || peer.ProcessId is { IsCompletedSuccessfully: true, Result: null }
            ? next(http)
            : RefuseAsync(http, next, peer);

    private static async Task RefuseAsync(HttpContext http, RequestDelegate next, Peer peer)
    {
        if (await peer.ProcessId is null)
            await next(http);
        else
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
    }

    private async Task<int?> LookAsync(IPEndPoint remote, IPEndPoint local, ConnectionContext connection)
    {
        await Task.Yield(); // The server's thread goes on.
        try
        {
            var process = await peers.FindAsync(remote, local);
            if (process is { } id and not InstancePeers.Unknown)
                Log.Refused(logger, id, remote.Address);
            return process;
        }
        catch (IOException)
        {
            // No file can be opened to look into. Who asks again shall do so by a connection that can be looked at.
            connection.Abort();
            return InstancePeers.Unknown;
        }
    }

    private bool IsOfThisMachine(IPAddress remote, IPAddress local)
    {
        if (IPAddress.IsLoopback(remote) || remote.Equals(local))
            return true;
        if (Interlocked.Exchange(ref _isWatching, true) is false)
            NetworkChange.NetworkAddressChanged += (_, _) => _own = null;
        return (_own ??= OwnAddresses()).Contains(remote);
    }

    private static HashSet<IPAddress> OwnAddresses() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(card => card.GetIPProperties().UnicastAddresses).Select(one => NetworkNotation.Normalize(one.Address)),
    ];

    /// <summary>Of a connection of this machine with itself: the process of an app that holds the other end, if one does.</summary>
    private sealed record Peer(Task<int?> ProcessId);

    private static partial class Log
    {
        [LoggerMessage(3002, LogLevel.Warning, "Process {ProcessId} of an app asked the portal from {Address} and is refused")]
        public static partial void Refused(ILogger logger, int processId, IPAddress address);
    }
}
