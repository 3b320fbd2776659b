using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Portal.Web.Proxy;

/// <summary>
/// What an app may not tell a browser, which takes it for the portal's word: both share an origin. Its pages are shown in
/// frames of that origin alone, it sets no cookie of the portal's, and it neither widens what a worker of its own may
/// intercept nor clears what the browser keeps for the portal.
/// </summary>
internal static class AppHeaders
{
    /// <summary>What the names of the portal's own cookies begin with.</summary>
    private const string OwnCookies = "portal-";

    private const string SameOrigin = "SAMEORIGIN";

    private static readonly Mark Forwarded = new();

    private static readonly string[] Dropped = ["Service-Worker-Allowed", "Clear-Site-Data", HeaderNames.StrictTransportSecurity];

    /// <summary>Takes from an app's answer what it may not say.</summary>
    public static void Restrict(HttpResponse response)
    {
        response.HttpContext.Features.Set(Forwarded);
        var headers = response.Headers;
        foreach (var name in Dropped)
            headers.Remove(name);
        if (headers.XFrameOptions.ToString() is not "DENY")
            headers.XFrameOptions = SameOrigin;
        if (headers.SetCookie is { Count: > 0 } cookies && cookies.Any(IsOwn))
            headers.SetCookie = cookies.Where(cookie => !IsOwn(cookie)).ToArray();
    }

    /// <summary>
    /// The cookies of a request without the portal's own, which are none of the app's business; null where it has none of these.
    /// </summary>
    public static string? WithoutOwn(StringValues cookies) => cookies.Count > 0 && cookies.Any(HasOwn)
        ? string.Join(';', cookies.SelectMany(line => line?.Split(';') ?? []).Where(cookie => !IsOwn(cookie))).TrimStart()
        : null;

    /// <summary>True for an answer that came from an app.</summary>
    public static bool AreOn(HttpResponse response) => response.HttpContext.Features.Get<Mark>() is not null;

    private static bool HasOwn(string? cookies) => cookies?.Contains(OwnCookies, StringComparison.OrdinalIgnoreCase) is true;

    private static bool IsOwn(string? cookie) =>
        cookie?.AsSpan().TrimStart().StartsWith(OwnCookies, StringComparison.OrdinalIgnoreCase) is true;

    /// <summary>Is on an answer that came from an app.</summary>
    private sealed class Mark;
}
