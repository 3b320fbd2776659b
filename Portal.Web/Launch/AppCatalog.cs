using System.Collections.ObjectModel;
using Microsoft.Extensions.Options;
using Portal.Data;

namespace Portal.Web.Launch;

/// <summary>The configured apps.</summary>
internal sealed class AppCatalog(IOptions<AppsOptions> apps, IOptions<LaunchOptions> launch)
{
    public IReadOnlyList<App> All { get; } = [.. apps.Value.Apps.Select(app => Read(app, launch.Value.Python))];

    /// <summary>The apps that a role may open, in the order of the configuration.</summary>
    public IReadOnlyList<App> OpenTo(Role role) => [.. All.Where(app => app.IsOpenTo(role))];

    /// <summary>The app of that slug (ordinal), if the role may open it.</summary>
    public App? Find(string slug, Role role)
    {
        foreach (var app in All)
        {
            if (string.Equals(app.Slug, slug, StringComparison.Ordinal) && app.IsOpenTo(role))
                return app;
        }

        return null;
    }

    private static App Read(AppOptions app, string python) => new(
        app.Slug ?? "",
        app.Title is { Length: > 0 } title ? title : app.Slug ?? "",
        app.Description ?? "",
        PortalPaths.Absolute(app.Script ?? ""),
        Interpreter(app.Python is { Length: > 0 } own ? own : python),
        [.. app.Arguments],
        new ReadOnlyDictionary<string, string>(app.Environment),
        app.Roles.Count > 0
            ? [.. app.Roles.Select(role => Enum.Parse<Role>(role, ignoreCase: true))]
            : Enum.GetValues<Role>())
    {
        Preload = [.. app.Preload],
        MaxInstances = app.MaxInstances,
    };

    /// <summary>A path is made absolute; a bare name stays one, to be looked up in PATH.</summary>
    private static string Interpreter(string python) =>
        python.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal) ? PortalPaths.Absolute(python) : python;
}
