using Portal.Data;
using Portal.Web.Launch;
using Portal.Web.Launch.Prefork;
using Portal.Web.Launch.Vitals;

namespace Portal.Web;

/// <summary>Whether the portal can do its work: what <c>/readyz</c> answers.</summary>
internal sealed class Readiness(
    WritableCheck database, PreforkStatus prefork, AppCatalog apps, PortalPaths paths)
{
    /// <summary>Bytes that have to be free on the disk of the data directory; below it neither the record nor a log is kept.</summary>
    private const long LeastFree = 50L * 1024 * 1024;

    public async Task<IReadOnlyList<Check>> CheckAsync(CancellationToken cancellationToken) =>
    [
        await database.WhyNotAsync(cancellationToken) is { } why
            ? new("database", IsWell: false, $"The database cannot be written: {why}")
            : new("database", IsWell: true, ""),
        new("spawner", prefork.IsSettled, "The apps are being loaded ahead of the first launch.")
        {
            Note = string.Join(' ', apps.All.Where(prefork.HasGivenUp).Select(app => $"{app.Slug}: {prefork.Of(app)}")),
        },
        new("disk", FreeBytes() is var free && free >= LeastFree, $"{MemoryRules.Megabytes(free)} are free on the disk of {paths.Data}."),
    ];

    private long FreeBytes()
    {
        try
        {
            return new DriveInfo(paths.Data).AvailableFreeSpace;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <param name="Name">What was looked at; programs rely on it.</param>
    /// <param name="Fault">What is wrong where it is not well.</param>
    internal sealed record Check(string Name, bool IsWell, string Fault)
    {
        /// <summary>What is worth knowing though it is well; may be empty.</summary>
        public string Note { get; init; } = "";

        /// <summary>Empty where there is nothing to say.</summary>
        public string Reason => IsWell ? Note : Fault;
    }
}
