using Microsoft.Extensions.Primitives;

namespace Portal.Web.Proxy;

/// <summary>Tells the portal's own cookies from those of apps, which neither set them nor see them.</summary>
internal static class PortalCookies
{
    private const string Beginning = "portal-";

    /// <summary>What browsers take for a part of the name that carries a promise (RFC 6265bis, section 4.1.3).</summary>
    private static readonly string[] Promises = ["__Host-Http-", "__Http-", "__Host-", "__Secure-"];

    /// <summary>
    /// The cookies of a request without the portal's own, which are none of the app's business; null where it has none of these.
    /// </summary>
    public static string? Without(StringValues cookies) => cookies.Count > 0 && cookies.Any(MayHold)
        ? string.Join(';', cookies.SelectMany(line => line?.Split(';') ?? []).Where(cookie => !AreOwn(cookie))).TrimStart()
        : null;

    /// <summary>
    /// True for a cookie that a browser sends so that it reads as the portal's. One without a name is sent as its value alone:
    /// <c>=portal-culture=x</c> comes back as <c>portal-culture=x</c>.
    /// </summary>
    /// <param name="cookie">As in <c>Set-Cookie</c> or <c>Cookie</c>.</param>
    public static bool AreOwn(string? cookie)
    {
        var rest = cookie.AsSpan();
        while (rest is [var first, ..] && (first is '=' or '"' || char.IsWhiteSpace(first) || char.IsControl(first)))
            rest = rest[1..];
        foreach (var promise in Promises)
        {
            if (rest.StartsWith(promise, StringComparison.OrdinalIgnoreCase))
                rest = rest[promise.Length..];
        }

        return rest.StartsWith(Beginning, StringComparison.OrdinalIgnoreCase);
    }

    private static bool MayHold(string? cookies) => cookies?.Contains(Beginning, StringComparison.OrdinalIgnoreCase) is true;
}
