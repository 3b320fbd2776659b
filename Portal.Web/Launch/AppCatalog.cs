using System.Collections.ObjectModel;
using Microsoft.Extensions.Options;
using Portal.Data;
using Portal.Web.Launch.Processes;

namespace Portal.Web.Launch;

/// <summary>The configured apps.</summary>
internal sealed class AppCatalog(IOptions<AppsOptions> apps, IOptions<LaunchOptions> launch)
{
    public IReadOnlyList<App> All { get; } = [.. apps.Value.Apps.Select(app => Read(app, launch.Value))];

    /// <summary>The users that apps run as, beside the portal's own.</summary>
    public IReadOnlyList<SystemUser> Users => [.. All.Select(app => app.RunAs).OfType<SystemUser>().Distinct()];

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

    private static App Read(AppOptions app, LaunchOptions launch) => new(
        app.Slug ?? "",
        app.Title is { Length: > 0 } title ? title : app.Slug ?? "",
        app.Description ?? "",
        PortalPaths.Absolute(app.Script ?? ""),
        Interpreter(app.Python is { Length: > 0 } own ? own : launch.Python),
        [.. app.Arguments],
        new ReadOnlyDictionary<string, string>(app.Environment),
        app.Roles.Count > 0
            ? [.. app.Roles.Select(role => Enum.Parse<Role>(role, ignoreCase: true))]
            : Enum.GetValues<Role>())
    {
        Preload = [.. app.Preload],
        MaxInstances = app.MaxInstances,
        Limits = new GroupLimits(app.MemoryMax ?? launch.MemoryMax, app.CpuWeight ?? launch.CpuWeight),
        RunAs = (app.RunAs is { Length: > 0 } user ? user : launch.RunAs) is { Length: > 0 } name ? SystemUser.Find(name) : null,
    };

    /// <summary>A path is made absolute; a bare name stays one, to be looked up in PATH.</summary>
    private static string Interpreter(string python) =>
        python.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal) ? PortalPaths.Absolute(python) : python;
}
