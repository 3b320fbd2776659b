namespace Portal.Web.Launch;

/// <summary>The list <c>Portal:Apps</c>.</summary>
internal sealed class AppsOptions
{
    public IList<AppOptions> Apps { get; init; } = [];
}
