using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace Portal.Web.Access;

/// <summary>
/// Where apps have an origin of their own: keeps each kind of page on its side. A person who asks for one on the wrong side is
/// sent over; scripts and programs find nothing there. Strangers are answered as ever.
/// </summary>
internal sealed class OriginSplit(RequestDelegate next, Origins origins)
{
    private static readonly PathString[] OfApps = ["/app", "/launching", "/ended", "/notice"];

    // The files of the pages above, and what watches the server.
    private static readonly PathString[] OfBoth =
        [
            "/css/site.css", "/css/notice.css", "/favicon.svg", "/favicon.ico", "/apple-touch-icon.png", "/js/busy.js", "/js/launching.js", "/js/notice.js",
            "/healthz", "/readyz",
        ];

    public Task InvokeAsync(HttpContext http)
    {
        if (IsInPlace(http))
            return next(http);
        if (http.FindClient() is null)
            return http.ChallengeAsync();
        if (RequestOrigin.IsLook(http.Request) && http.Request.WantsPage())
            http.Response.Redirect($"{(origins.IsOfApps(http.Request) ? origins.Portal : origins.Apps)}{Target(http)}");
        else
            http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    /// <summary>A page that says what could not be answered is shown where that was asked.</summary>
    private bool IsInPlace(HttpContext http) =>
        OfBoth.Contains(http.Request.Path)
        || http.Features.Get<IStatusCodeReExecuteFeature>() is not null
        || origins.IsOfApps(http.Request) == Array.Exists(OfApps, path => http.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase));

    /// <summary>Path and query letter by letter, where they came so. They begin with a slash, and lead to no other host.</summary>
    private static string Target(HttpContext http) =>
        http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget is ['/', ..] target
            ? target
            : http.Request.Path.ToUriComponent() + http.Request.QueryString.ToUriComponent();
}
