using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Portal.Web.Access;

/// <summary>
/// Bounds the head of a request. Apps put their state into links and cookies, so that the limits are above the server's own; a
/// registered person who exceeds them gets a page that says so (414, 431). The server itself answers with nothing, and does so only
/// from <see cref="Configure"/>'s limits on.
/// </summary>
internal static class RequestLimits
{
    /// <summary>Bytes of method, address and version, and bytes of all headers.</summary>
    public const int Line = 32 * 1024, Headers = 64 * 1024;

    private const int MostHeaders = 100;

    // What surrounds a header in a request of HTTP/1.1: a colon, a space, the end of the line.
    private const int AroundHeader = 4;

    /// <summary>Sets the limits at which the server ends a connection without a word.</summary>
    public static void Configure(KestrelServerOptions kestrel)
    {
        kestrel.Limits.MaxRequestLineSize = 4 * Line;
        kestrel.Limits.MaxRequestHeadersTotalSize = 4 * Headers;
        kestrel.Limits.MaxRequestHeaderCount = 10 * MostHeaders;
        kestrel.Limits.Http2.MaxRequestHeaderFieldSize = 4 * Line;
    }

    /// <summary>Strangers are refused as they always are.</summary>
    public static Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        if (http.FindClient() is null || http.Features.Get<IStatusCodeReExecuteFeature>() is not null || Excess(http) is not { } status)
            return next(http);

        http.Response.StatusCode = status;
        (http.Request.Path, http.Request.QueryString) = ("/", QueryString.Empty); // The page's own links lead home, not to the same again.
        return Task.CompletedTask;
    }

    private static int? Excess(HttpContext http)
    {
        if (http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Length > Line)
            return StatusCodes.Status414UriTooLong;
        var (bytes, count) = (0, 0);
        foreach (var (name, values) in http.Request.Headers)
        {
            foreach (var value in values)
            {
                bytes += name.Length + AroundHeader + (value?.Length ?? 0);
                count++;
            }
        }

        return bytes > Headers || count > MostHeaders ? StatusCodes.Status431RequestHeaderFieldsTooLarge : null;
    }
}
