using Microsoft.AspNetCore.Http.Features;

namespace Portal.Web.Proxy;

/// <summary>A request for a WebSocket whose client is watched once the socket stands.</summary>
internal static class WatchedSocket
{
    private const string Protocol = "WebSocket";

    /// <summary>
    /// True for what the forwarder takes for a WebSocket: an upgrade of HTTP/1.1, or the extended CONNECT of HTTP/2
    /// (RFC 8441, section 4).
    /// </summary>
    public static bool IsAskedBy(HttpContext http) =>
        http.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
            ? Is(http.Request.Headers.Upgrade)
            : http.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect && Is(connect.Protocol);

    /// <summary>Whoever takes the connection over gets it watched.</summary>
    /// <param name="dataCame">Called whenever bytes of a data frame have come from the client.</param>
    public static void Watch(HttpContext http, Action dataCame)
    {
        if (http.Features.Get<IHttpUpgradeFeature>() is { } upgrade)
            http.Features.Set<IHttpUpgradeFeature>(new Upgrade(upgrade, dataCame));
        if (http.Features.Get<IHttpExtendedConnectFeature>() is { } connect)
            http.Features.Set<IHttpExtendedConnectFeature>(new ExtendedConnect(connect, dataCame));
    }

    private static bool Is(string? protocol) => string.Equals(protocol, Protocol, StringComparison.OrdinalIgnoreCase);

    private sealed class Upgrade(IHttpUpgradeFeature server, Action dataCame) : IHttpUpgradeFeature
    {
        public bool IsUpgradableRequest => server.IsUpgradableRequest;

        public async Task<Stream> UpgradeAsync() => new WatchedStream(await server.UpgradeAsync(), dataCame);
    }

    private sealed class ExtendedConnect(IHttpExtendedConnectFeature server, Action dataCame) : IHttpExtendedConnectFeature
    {
        public bool IsExtendedConnect => server.IsExtendedConnect;

        public string? Protocol => server.Protocol;

        public async ValueTask<Stream> AcceptAsync() => new WatchedStream(await server.AcceptAsync(), dataCame);
    }
}
