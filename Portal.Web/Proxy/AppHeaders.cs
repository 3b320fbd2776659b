using System.Collections.Frozen;

namespace Portal.Web.Proxy;

/// <summary>
/// Decides what an app may tell a browser. The app shares its origin with other apps, and often with the portal, so that only
/// headers pass that rule the one answer they are on. ADR 19 says why each of them does.
/// </summary>
internal static class AppHeaders
{
    private const string SameOrigin = "SAMEORIGIN", FramesOfSameOrigin = "frame-ancestors 'self'";

    private static readonly Mark Forwarded = new();

    private static readonly FrozenSet<string> Passed = FrozenSet.ToFrozenSet(
        [
            // The content and how it is read.
            "Content-Type", "Content-Length", "Content-Encoding", "Content-Language", "Content-Location", "Content-Disposition",
            "Content-Range", "Content-MD5", "Content-Digest", "Repr-Digest", "Digest", "Accept-Ranges", "Trailer", "SourceMap", "Link",

            // How long it is kept and for whom.
            "Age", "Cache-Control", "CDN-Cache-Control", "Date", "ETag", "Expires", "Last-Modified", "Pragma", "Vary", "Warning",

            // What the client does next.
            "Allow", "Accept", "Accept-Patch", "Accept-Post", "Deprecation", "Location", "Refresh", "Retry-After", "Sunset",
            "RateLimit", "RateLimit-Policy", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset",

            // What the page that is answered may do, and who may read or show it.
            "Content-Security-Policy", "Content-Security-Policy-Report-Only", "Cross-Origin-Embedder-Policy",
            "Cross-Origin-Embedder-Policy-Report-Only", "Cross-Origin-Opener-Policy", "Cross-Origin-Opener-Policy-Report-Only",
            "Cross-Origin-Resource-Policy", "Permissions-Policy", "Referrer-Policy", "Timing-Allow-Origin",
            "Access-Control-Allow-Credentials", "Access-Control-Allow-Headers", "Access-Control-Allow-Methods",
            "Access-Control-Allow-Origin", "Access-Control-Expose-Headers", "Access-Control-Max-Age",

            // Cookies, which are looked at one by one.
            "Set-Cookie",

            // Who answered, in what time, and the connection of a WebSocket.
            "Server", "Server-Timing", "Via", "Request-Id", "Traceresponse", "Connection", "Upgrade",
            "Sec-WebSocket-Accept", "Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol", "Sec-WebSocket-Version",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Headers of no standard that a browser, or a proxy in front of the portal, would obey.</summary>
    private static readonly FrozenSet<string> Obeyed = FrozenSet.ToFrozenSet(
        [
            "X-Accel-Redirect", "X-Sendfile", "X-LIGHTTPD-Send-File", "X-LIGHTTPD-Send-Tempfile", "X-Reproxy-URL", "X-Reproxy-File",
            "X-Permitted-Cross-Domain-Policies",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Removes from an app's answer what rules more than that answer.</summary>
    public static void Restrict(HttpResponse response)
    {
        response.HttpContext.Features.Set(Forwarded);
        var headers = response.Headers;
        RemoveOthers(headers);
        if (headers.XFrameOptions.ToString() is not "DENY")
            headers.XFrameOptions = SameOrigin;

        // Where a policy names frames browsers do not look at X-Frame-Options; of several policies all hold.
        if (headers.ContentSecurityPolicy is { Count: > 0 } policies
            && policies.ToString().Contains("frame-ancestors", StringComparison.OrdinalIgnoreCase))
        {
            headers.ContentSecurityPolicy = (string?[])[.. policies, FramesOfSameOrigin];
        }

        if (headers.SetCookie is { Count: > 0 } cookies && cookies.Any(PortalCookies.AreOwn))
            headers.SetCookie = cookies.Where(cookie => !PortalCookies.AreOwn(cookie)).ToArray();
    }

    /// <summary>The same for what follows the body of an answer.</summary>
    public static void RemoveOthers(IHeaderDictionary headers)
    {
        List<string>? dropped = null;
        foreach (var (name, _) in headers)
        {
            if (!IsPassed(name))
                (dropped ??= []).Add(name);
        }

        foreach (var name in dropped ?? [])
            headers.Remove(name);
    }

    /// <summary>True for an answer that came from an app.</summary>
    public static bool AreOn(HttpResponse response) => response.HttpContext.Features.Get<Mark>() is not null;

    /// <summary>What begins with <c>X-</c> means something to the app's own scripts and programs alone.</summary>
    private static bool IsPassed(string name) =>
        Passed.Contains(name)
        || (name.StartsWith("X-", StringComparison.OrdinalIgnoreCase)
            && !name.StartsWith("X-Portal", StringComparison.OrdinalIgnoreCase)
            && !Obeyed.Contains(name));

    /// <summary>Is on an answer that came from an app.</summary>
    private sealed class Mark;
}
