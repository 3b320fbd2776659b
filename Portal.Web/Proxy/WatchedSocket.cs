using Microsoft.AspNetCore.Http.Features;

namespace Portal.Web.Proxy;

/// <summary>A request for a WebSocket whose client is watched once the socket stands.</summary>
internal sealed class WatchedSocket
{
    private const string Protocol = "WebSocket";

    private readonly Action _dataCame;
    private readonly Action _dataWent;
    private volatile Func<byte[], Task>? _close;

    private WatchedSocket(Action dataCame, Action dataWent) => (_dataCame, _dataWent) = (dataCame, dataWent);

    /// <summary>
    /// True for what the forwarder takes for a WebSocket: an upgrade of HTTP/1.1, or the extended CONNECT of HTTP/2
    /// (RFC 8441, section 4).
    /// </summary>
    public static bool IsAskedBy(HttpContext http) =>
        HttpMethods.IsConnect(http.Request.Method)
            ? http.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect && Is(connect.Protocol)
            : Is(http.Request.Headers.Upgrade) && http.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true };

    /// <summary>Whoever takes the connection over gets it watched.</summary>
    /// <param name="dataCame">Called whenever bytes of a data frame have come from the client.</param>
    /// <param name="dataWent">The same for those that go to the client.</param>
    public static WatchedSocket Watch(HttpContext http, Action dataCame, Action dataWent)
    {
        var socket = new WatchedSocket(dataCame, dataWent);
        if (http.Features.Get<IHttpUpgradeFeature>() is { } upgrade)
            http.Features.Set<IHttpUpgradeFeature>(new Upgrade(upgrade, socket));
        if (http.Features.Get<IHttpExtendedConnectFeature>() is { } connect)
            http.Features.Set<IHttpExtendedConnectFeature>(new ExtendedConnect(connect, socket));
        return socket;
    }

    /// <summary>Ends the socket as the frame says; returns when that is sent. Null where the socket does not stand yet.</summary>
    public Task? Close(byte[] frame) => _close?.Invoke(frame);

    private static bool Is(string? protocol) => string.Equals(protocol, Protocol, StringComparison.OrdinalIgnoreCase);

    private WatchedStream Over(Stream client)
    {
        var stream = new WatchedStream(client, _dataCame, _dataWent);
        _close = stream.Close;
        return stream;
    }

    private sealed class Upgrade(IHttpUpgradeFeature server, WatchedSocket socket) : IHttpUpgradeFeature
    {
        public bool IsUpgradableRequest => server.IsUpgradableRequest;

        public async Task<Stream> UpgradeAsync() => socket.Over(await server.UpgradeAsync());
    }

    private sealed class ExtendedConnect(IHttpExtendedConnectFeature server, WatchedSocket socket) : IHttpExtendedConnectFeature
    {
        public bool IsExtendedConnect => server.IsExtendedConnect;

        public string? Protocol => server.Protocol;

        public async ValueTask<Stream> AcceptAsync() => socket.Over(await server.AcceptAsync());
    }
}
