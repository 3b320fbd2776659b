namespace Portal.Web.Hosting;

/// <summary>In the section <c>Portal</c>; see <see cref="PortalPaths"/>.</summary>
internal sealed class DataOptions
{
    public const string Section = "Portal";

    /// <summary>The folder of database, logs and keys; a relative path starts at <see cref="PortalPaths.Root"/>.</summary>
    public string DataDirectory { get; init; } = "data";
}
