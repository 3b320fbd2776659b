using System.Diagnostics.CodeAnalysis;

namespace Portal.Web.Access;

/// <summary>
/// The address in an app that a person asked for, while something is in the way. It is kept in the page where there is one, and for
/// a stranger in a cookie that only the pages under <see cref="AccessHandler.UnauthorizedPath"/> get: the portal stores nothing.
/// </summary>
internal static class DeepLink
{
    private const string Cookie = "portal-target", CookiePath = "/unauthorized";

    /// <summary>Bytes: browsers keep no larger cookie than 4,096.</summary>
    private const int LongestCookie = 3500;

    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);
    private static readonly Uri AnyHost = new("http://any");

    /// <summary>True for an address below a path of this portal, and for no other host or path that a browser would make of it.</summary>
    /// <param name="root">Ends in a slash.</param>
    public static bool IsBelow(string root, [NotNullWhen(true)] string? address) =>
        address is not null && address.StartsWith(root, StringComparison.Ordinal)
        && !address.Any(letter => letter is '\\' || char.IsControl(letter))
        && Uri.TryCreate(AnyHost, address, out var whole) && string.Equals(whole.Authority, AnyHost.Authority, StringComparison.Ordinal)
        && whole.AbsolutePath.StartsWith(root, StringComparison.Ordinal);

    /// <summary>Keeps what a stranger asked for until they may open it. A link that no cookie can hold is not kept.</summary>
    public static void Keep(HttpContext http)
    {
        var asked = http.Request.Path.ToUriComponent() + http.Request.QueryString.ToUriComponent();
        if (RequestOrigin.IsSpeculative(http.Request) || !IsBelow("/app/", asked) || Uri.EscapeDataString(asked).Length > LongestCookie)
            return;
        http.Response.Cookies.Append(Cookie, asked, Options(http, Kept));
    }

    /// <summary>Where a person goes who has access by now: to what they asked for, or home. Forgets it.</summary>
    public static string Take(HttpContext http)
    {
        if (http.Request.Cookies[Cookie] is not { } kept)
            return "/";
        http.Response.Cookies.Delete(Cookie, Options(http, TimeSpan.Zero));
        return IsBelow("/app/", kept) ? kept : "/";
    }

    private static CookieOptions Options(HttpContext http, TimeSpan age) => new()
    {
        Path = CookiePath,
        HttpOnly = true,
        Secure = http.Request.IsHttps,
        SameSite = SameSiteMode.Lax,
        MaxAge = age,
        IsEssential = true,
    };
}
