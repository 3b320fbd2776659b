using Portal.Data;
using Portal.Web.Launch.Processes;

namespace Portal.Web.Launch;

/// <summary>A Streamlit script that the portal can launch. Comes from configuration, never from a web form.</summary>
/// <param name="Slug">Its name in addresses: lower-case letters, digits and hyphens.</param>
/// <param name="Script">Absolute path.</param>
/// <param name="Python">The interpreter: absolute path, or a name looked up in PATH.</param>
/// <param name="Arguments">Handed to the script after <c>--</c>.</param>
/// <param name="Roles">Who may open it.</param>
public sealed record App(
    string Slug,
    string Title,
    string Description,
    string Script,
    string Python,
    IReadOnlyList<string> Arguments,
    IReadOnlyDictionary<string, string> Environment,
    IReadOnlyList<Role> Roles)
{
    public string Slug
    {
        get;
        init
        {
            field = value;
            Path = PathOf(value);
        }
    } = Slug;

    /// <summary>Its address in the portal, with slashes at both ends.</summary>
    public string Path { get; private init; } = PathOf(Slug);

    /// <summary>Modules that prefork imports ahead of its instances, beside those that it finds by itself.</summary>
    public IReadOnlyList<string> Preload { get; init; } = [];

    /// <summary>How many of it may be there at once; null where only the portal's own limit counts.</summary>
    public int? MaxInstances { get; init; }

    /// <summary>What the kernel holds each instance to.</summary>
    public GroupLimits Limits { get; init; } = new(null, null);

    /// <summary>Whom its processes run as; null for the portal's own user.</summary>
    public SystemUser? RunAs { get; init; }

    public bool IsOpenTo(Role role) => Roles.Contains(role);

    private static string PathOf(string slug) => $"/app/{slug}/";
}
