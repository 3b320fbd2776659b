using System.Text.RegularExpressions;

namespace Portal.Web.Access;

/// <summary>
/// Which page has a browser send a request: what it says of that in <c>Sec-Fetch-*</c> (W3C, Fetch Metadata), which it sends
/// under TLS and on loopback alone, and in <c>Origin</c>. No page can forge either; a program may say what it likes, and
/// has no visitor's rights to abuse.
/// </summary>
internal static partial class RequestOrigin
{
    private const string Site = "Sec-Fetch-Site", Mode = "Sec-Fetch-Mode", Destination = "Sec-Fetch-Dest";

    private static readonly string[] Purposes = ["Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"];

    /// <summary>True where a page of another site is behind it, and it is more than a link that a person follows.</summary>
    public static bool IsForeign(HttpRequest request, Origins origins)
    {
        var headers = request.Headers;
        if (headers.Origin is { Count: > 0 } origin && !IsLook(request)
            && (!WebOrigin.TryParseHeader(origin.ToString(), out var page) || !page.IsOfHost(headers.Host.ToString())
                || origins.AreCrossed(page, request)))
        {
            return true;
        }

        return headers[Site].ToString() is not ("" or "none" or "same-origin") && !(IsLook(request) && IsNavigation(request) is true);
    }

    /// <summary>
    /// True where the browser fetches a page ahead, in case that a person opens it: Chromium says <c>Sec-Purpose</c>, others
    /// <c>Purpose</c>, <c>X-Purpose</c> or <c>X-Moz</c>.
    /// </summary>
    public static bool IsSpeculative(HttpRequest request) =>
        Array.Exists(Purposes, name => request.Headers[name] is { Count: > 0 } purpose && Ahead.IsMatch(purpose.ToString()));

    /// <summary>
    /// True where the browser names a page of an app as the one behind the request, or one that cannot be read. The portal's own
    /// page at <c>/app/</c> names no path.
    /// </summary>
    public static bool IsFromApp(HttpRequest request) => request.Headers.Referer switch
    {
        [] or [""] => false,
        [{ } referer] when Uri.TryCreate(referer, UriKind.Absolute, out var page) && page is { Scheme: "http" or "https" } =>
            Uri.UnescapeDataString(page.AbsolutePath).StartsWith("/app/", StringComparison.OrdinalIgnoreCase),
        _ => true,
    };

    /// <summary>
    /// True where a person opens a page or sends a form; false where a script asks, or a page is to be shown within another.
    /// Null where the browser does not say.
    /// </summary>
    public static bool? IsNavigation(HttpRequest request) => request.Headers[Mode].ToString() switch
    {
        "" => null,
        "navigate" => request.Headers[Destination].ToString() is "document",
        _ => false,
    };

    /// <summary>True for what only reads. A WebSocket, which begins as such a request, does more.</summary>
    public static bool IsLook(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && request.Headers.Upgrade.Count is 0;

    [GeneratedRegex(@"\b(prefetch|prerender|preview)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Ahead { get; }
}
