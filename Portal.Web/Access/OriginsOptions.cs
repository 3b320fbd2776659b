namespace Portal.Web.Access;

/// <summary>Where people reach the portal, in the section <c>Portal</c>.</summary>
internal sealed class OriginsOptions
{
    public const string Section = "Portal";

    /// <summary>Scheme, host and port of the portal's own pages, as in an address bar. Needed with <see cref="AppsUrl"/>.</summary>
    public string? Url { get; init; }

    /// <summary>Another one for the apps alone. Null or empty: apps share the portal's.</summary>
    public string? AppsUrl { get; init; }
}
