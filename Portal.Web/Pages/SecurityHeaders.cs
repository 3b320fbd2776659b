using Microsoft.Extensions.Options;
using Portal.Web.Access;
using Portal.Web.Proxy;
using Portal.Web.Tls;

namespace Portal.Web.Pages;

/// <summary>
/// What browsers are told of every answer of the portal's own, pages of errors included: no script or style but its files,
/// shown in no frame, and in a window that no other page holds a handle of. What is forwarded from an app is the app's,
/// but for <see cref="AppHeaders"/>.
/// </summary>
internal static class SecurityHeaders
{
    private const string ContentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
        + "frame-ancestors 'none'; form-action 'self'";

    private const string Transport = "max-age=31536000";
    private const int HttpsPort = 443;

    private static readonly Func<object, Task> Setting = http => SetAsync((HttpContext)http);

    /// <summary>Before anything that may answer.</summary>
    public static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        http.Response.OnStarting(Setting, http);
        return next(http);
    });

    /// <summary>
    /// Whether browsers shall insist on TLS for the host (HSTS). They would for each of its ports, and leave any but the usual as it is
    /// (RFC 6797, 8.3): said elsewhere, it would bar the way by plain HTTP, to other servers of that host too.
    /// </summary>
    private static bool IsKept(HttpContext http) =>
        http.Request is { IsHttps: true, Host.Port: null or HttpsPort }
        && http.RequestServices.GetRequiredService<IOptions<TlsOptions>>().Value.RedirectToHttps;

    private static Task SetAsync(HttpContext http)
    {
        var headers = http.Response.Headers;
        if (IsKept(http))
            headers.StrictTransportSecurity = Transport;
        if (AppHeaders.AreOn(http.Response))
            return Task.CompletedTask;

        // What a form leads to counts as well: from the apps' origin that may be home.
        var origins = http.RequestServices.GetRequiredService<Origins>();
        headers.ContentSecurityPolicy = origins.IsOfApps(http.Request) ? $"{ContentPolicy} {origins.Portal}" : ContentPolicy;
        headers.XFrameOptions = "DENY";
        headers.XContentTypeOptions = "nosniff";

        // Without its path: a page of the portal's own at /app/ links to admin pages, which let nobody in from an app's.
        headers["Referrer-Policy"] = "strict-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        return Task.CompletedTask;
    }
}
