using Portal.Web.Access;

namespace Portal.Web.Tls;

/// <summary>What comes by plain HTTP where there is HTTPS.</summary>
internal static class PlainRequests
{
    private static readonly PathString[] Watching = ["/healthz", "/readyz", "/metrics"];

    /// <summary>False for what watches the server on the server itself, and for what comes by a trusted proxy, which has its own way with TLS.</summary>
    public static bool AreMoved(HttpContext http) =>
        !http.Request.IsHttps
        && !ForwardingProxy.IsBehind(http)
        && !(Watching.Contains(http.Request.Path) && HealthRequirement.IsLocal(http));

    /// <summary>What somebody sends has been read by whoever listens: it shall fail, not be sent again.</summary>
    public static Task RefuseChangesAsync(HttpContext http, RequestDelegate next)
    {
        if (RequestOrigin.IsLook(http.Request))
            return next(http);
        http.Response.StatusCode = StatusCodes.Status403Forbidden;
        return http.Response.WriteAsync("The portal takes this by https alone.\n", http.RequestAborted);
    }
}
