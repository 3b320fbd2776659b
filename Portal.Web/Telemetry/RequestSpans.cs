using System.Diagnostics;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace Portal.Web.Telemetry;

/// <summary>Completes the server's span of each request by what is known at its end. Where nobody listens it stands aside.</summary>
internal static class RequestSpans
{
    public static Task NoteAsync(HttpContext http, RequestDelegate next) => Traces.Source.HasListeners() ? WatchAsync(http, next) : next(http);

    private static async Task WatchAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        finally
        {
            if (http.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } span)
                Complete(span, http);
        }
    }

    private static void Complete(Activity span, HttpContext http)
    {
        var status = http.Response.StatusCode;
        span.SetTag("http.request.method", http.Request.Method).SetTag("url.scheme", http.Request.Scheme).SetTag("url.path", http.Request.Path.Value);
        span.SetTag(Traces.Status, status).SetTag(Traces.Client, http.Connection.RemoteIpAddress?.ToString());

        // Where an error became a page, the route that was asked for.
        var endpoint = http.Features.Get<IStatusCodeReExecuteFeature>() is { } screen ? screen.Endpoint : http.GetEndpoint();
        var route = (endpoint as RouteEndpoint)?.RoutePattern.RawText;
        span.SetTag("http.route", route);
        span.DisplayName = route is null ? http.Request.Method : $"{http.Request.Method} {route}";
        if (status >= StatusCodes.Status500InternalServerError)
            span.Fail($"{status}");
    }
}
