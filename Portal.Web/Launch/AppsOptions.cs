namespace Portal.Web.Launch;

/// <summary>The list <c>Portal:Apps</c>, in the section <c>Portal</c>.</summary>
internal sealed class AppsOptions
{
    public const string Section = "Portal";

    public IList<AppOptions> Apps { get; init; } = [];
}
