using System.Collections.Concurrent;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Portal.Data;
using Portal.Web.Audit;
using Portal.Web.Launch;

namespace Portal.Web.Proxy;

/// <summary>
/// Refuses what an app's own processes ask the portal for, under whatever address of this machine, and what comes from an unknown
/// process of this machine. Looked up once for each connection of this machine with itself, before anything that came by it is
/// read; connections of others cost nothing.
/// </summary>
internal sealed partial class InstanceGate(InstancePeers peers, Refusals refusals, TimeProvider time, ILogger<InstanceGate> logger)
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<PeerKind, long> _refused = new();
    private readonly ConcurrentDictionary<PeerKind, long> _told = new();
    private volatile HashSet<IPAddress>? _own;
    private bool _isWatching;

    /// <summary>Connections that were refused since the portal started, by reason.</summary>
    public IEnumerable<KeyValuePair<PeerKind, long>> Refused => _refused;

    /// <summary>For every address that the server listens on.</summary>
    public void Watch(ListenOptions listen) => listen.Use(next => connection =>
        connection is { RemoteEndPoint: IPEndPoint remote, LocalEndPoint: IPEndPoint local }
        && IsOfThisMachine(NetworkNotation.Normalize(remote.Address), NetworkNotation.Normalize(local.Address))
            ? ExamineAsync(connection, NetworkNotation.Normalize(remote.Address), next)
            : next(connection));

    /// <summary>Before a header can say who is asking.</summary>
    public static Task RefuseAsync(HttpContext http, RequestDelegate next)
    {
        if (http.Features.Get<RefusedPeer>() is null)
            return next(http);
        http.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    private async Task ExamineAsync(ConnectionContext connection, IPAddress remote, ConnectionDelegate next)
    {
        try
        {
            var peer = connection.Features.Get<IConnectionSocketFeature>() is { Socket: var socket }
                ? await FindAsync(socket)
                : new LocalPeer(PeerKind.NotFound);
            if (peer.Kind is not PeerKind.Other)
            {
                Record(peer, remote);
                connection.Features.Set(new RefusedPeer());
            }
        }
        catch (IOException e)
        {
            // No file can be opened to look into. Who asks again does so by a connection that can be looked at.
            connection.Abort(new ConnectionAbortedException("It cannot be looked up who connects.", e));
            return;
        }

        await next(connection);
    }

    private async ValueTask<LocalPeer> FindAsync(Socket socket)
    {
        try
        {
            return await peers.FindAsync(socket);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return new LocalPeer(PeerKind.Closed);
        }
    }

    private void Record(LocalPeer peer, IPAddress remote)
    {
        var count = _refused.AddOrUpdate(peer.Kind, 1, static (_, count) => count + 1);
        refusals.AddOwn(remote, peer.Kind.ToString());

        // Whoever connects without end must not fill the log.
        var now = time.GetTimestamp();
        if (_told.TryGetValue(peer.Kind, out var told) && time.GetElapsedTime(told, now) < Silence)
            return;
        _told[peer.Kind] = now;
        if (peer is { Kind: PeerKind.App, ProcessId: { } id })
            Log.RefusedProcess(logger, id, remote, count);
        else
            Log.Refused(logger, remote, peer.Kind, count);
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

    /// <summary>Marks a connection of which nothing is answered.</summary>
    private sealed class RefusedPeer;

    private static partial class Log
    {
        [LoggerMessage(3002, LogLevel.Warning,
            "Process {ProcessId} of an app connected to the portal from {Address} and is refused; {Count} of apps so far. Logged every 10 s at most")]
        public static partial void RefusedProcess(ILogger logger, int processId, IPAddress address, long count);

        [LoggerMessage(3004, LogLevel.Warning,
            "A connection of this machine with itself from {Address} is refused, as its owner is unknown: {Reason}; {Count} so far. Logged every 10 s at most")]
        public static partial void Refused(ILogger logger, IPAddress address, PeerKind reason, long count);
    }
}
