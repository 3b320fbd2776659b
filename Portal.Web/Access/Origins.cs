using Microsoft.Extensions.Options;

namespace Portal.Web.Access;

/// <summary>
/// Where the portal's own pages are and where the apps: on one origin, or on one each, so that browsers keep the scripts of
/// apps from the portal's pages.
/// </summary>
internal sealed class Origins(IOptions<OriginsOptions> options)
{
    /// <summary>The portal's own, where that is configured.</summary>
    public WebOrigin? Portal { get; } = Read(options.Value.Url);

    /// <summary>That of the apps; null where they share the portal's.</summary>
    public WebOrigin? Apps { get; } = Read(options.Value.AppsUrl);

    /// <summary>True where a request asks the apps' own origin; whatever else people call the portal is its own.</summary>
    public bool IsOfApps(HttpRequest request) => Apps is { } apps && WebOrigin.Of(request) == apps;

    /// <summary>True where a page of the one is behind a request to the other, or may be.</summary>
    public bool AreCrossed(WebOrigin page, HttpRequest request) => Apps is { } apps && page == apps != IsOfApps(request);

    /// <summary>A link to a page of the portal's own, from wherever it is shown.</summary>
    /// <param name="path">With its query, from <c>/</c> on.</param>
    public string Link(HttpRequest request, string path) => IsOfApps(request) ? $"{Portal}{path}" : path;

    private static WebOrigin? Read(string? text) => WebOrigin.TryParse(text, out var origin) ? origin : null;
}
