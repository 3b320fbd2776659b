using Portal.Data;
using Portal.Web.Launch;
using Portal.Web.Launch.Prefork;
using Portal.Web.Launch.Vitals;
using Portal.Web.Pages.Admin.Running;

namespace Portal.Web.Pages.Admin.Dashboard;

/// <summary>Looks for what needs a hand.</summary>
internal sealed class Problems(
    Supervisor supervisor, AppCatalog apps, PreforkStatus prefork, PortalPaths paths, WritableCheck database)
{
    /// <summary>Bytes that shall be free on the disk of the data directory.</summary>
    private const long LeastFree = 512L * 1024 * 1024;

    public async Task<IReadOnlyList<Problem>> FindAsync(CancellationToken cancellationToken)
    {
        var found = new List<Problem>();
        if (await database.WhyNotAsync(cancellationToken) is { } why)
            found.Add(new(ProblemKind.DatabaseNotWritable, paths.Data, why, Mend: null));
        if (new DriveInfo(paths.Data).AvailableFreeSpace is < LeastFree and var free)
            found.Add(new(ProblemKind.DiskNearlyFull, paths.Data, MemoryRules.Megabytes(free), Mend: null));
        found.AddRange(apps.All.Select(app => (App: app, Missing: StreamlitCommand.MissingFor(app)))
            .Where(one => one.Missing is not null)
            .Select(one => new Problem(ProblemKind.AppMissing, one.App.Title, one.Missing ?? "", Mend: null)));
        found.AddRange(supervisor.List().Select(Failed).OfType<Problem>());
        found.AddRange(apps.All.Where(prefork.HasGivenUp)
            .Select(app => new Problem(ProblemKind.NotForked, app.Title, prefork.Of(app), "/admin/running")));
        return [.. found.OrderBy(one => one.Kind)];
    }

    private static Problem? Failed(InstanceStatus status) => status.Failure switch
    {
        null or { IsPassing: true } => null,
        { Reason: LaunchFailureReason.PortTaken } taken => new(
            ProblemKind.PortTaken, status.Key.ToString(), taken.Detail, $"/admin/?search={Uri.EscapeDataString(status.Key.Client.ToString())}"),
        var failure => new(ProblemKind.KeepsFailing, status.Key.ToString(), failure.Detail, new LogListing(status.Key).Url),
    };
}
