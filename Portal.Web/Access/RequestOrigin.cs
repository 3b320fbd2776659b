namespace Portal.Web.Access;

/// <summary>
/// Which page has a browser send a request: what it says of that in <c>Sec-Fetch-*</c> (W3C, Fetch Metadata), which it sends
/// under TLS and on loopback alone, and in <c>Origin</c>. No page can forge either; a program may say what it likes, and
/// has no visitor's rights to abuse.
/// </summary>
internal static class RequestOrigin
{
    private const string Site = "Sec-Fetch-Site", Mode = "Sec-Fetch-Mode", Destination = "Sec-Fetch-Dest";

    /// <summary>True where a page of another site is behind it, and it is more than a link that a person follows.</summary>
    public static bool IsForeign(HttpRequest request, Origins origins)
    {
        var headers = request.Headers;
        if (headers.Origin is { Count: > 0 } origin && !IsLook(request)
            && (!IsOfHost(origin.ToString(), request.Headers.Host.ToString()) || origins.AreCrossed(origin.ToString(), request)))
        {
            return true;
        }

        return headers[Site].ToString() is "cross-site" or "same-site" && !(IsLook(request) && IsNavigation(request) is true);
    }

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

    /// <summary>The scheme is left out: behind a proxy that ends TLS it may be another.</summary>
    private static bool IsOfHost(string origin, string host) =>
        origin.Split("://") is [var scheme, var authority]
        && WithoutUsualPort(authority, scheme).Equals(WithoutUsualPort(host, scheme), StringComparison.OrdinalIgnoreCase);

    private static string WithoutUsualPort(string authority, string scheme)
    {
        var usual = scheme is "https" ? ":443" : ":80";
        return authority.EndsWith(usual, StringComparison.Ordinal) ? authority[..^usual.Length] : authority;
    }
}
