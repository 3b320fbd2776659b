using System.Globalization;
using Microsoft.Data.Sqlite;
using Portal.Web.Launch.Processes;

namespace Portal.Web.Commands.Doctor;

/// <summary>The data directory: whose it is, who else can look into it, and whether there is room.</summary>
internal sealed class FolderChecks(CommandRun run)
{
    public const string Folder = "data directory";

    private const long LeastRoom = 100L * 1024 * 1024, GoodRoom = 1024L * 1024 * 1024;
    private const long LeastFiles = 1000, GoodFiles = 20_000;
    private const UnixFileMode Others = (UnixFileMode)0b000_111_111;

    public IEnumerable<Finding> Examine()
    {
        var data = run.Paths.Data;
        if (DataFolder.WhyUnfit(data) is { } why)
            return [Finding.Problem(Folder, why, "then run doctor again: without it the database is not looked at")];
        return
        [
            Finding.Fine(Folder, $"{data} is this user's"),
            .. Permissions(),
            Room(data),
            Files(data),
        ];
    }

    /// <summary>False for a link to what is gone as well.</summary>
    private static bool IsThere(string path) =>
        Path.Exists(path) && (File.ResolveLinkTarget(path, returnFinalTarget: true) is not { } target || Path.Exists(target.FullName));

    private List<Finding> Permissions()
    {
        const string Check = "permissions";
        var database = new SqliteConnectionStringBuilder(run.Paths.ConnectionString).DataSource;
        string[] kept =
        [
            run.Paths.Data, run.Paths.Keys, run.Paths.Logs, run.Paths.Instances, run.Paths.Prefork, database,
            .. Directory.Exists(run.Paths.Keys) ? Directory.EnumerateFiles(run.Paths.Keys) : [],
        ];
        var findings = new List<Finding>();
        foreach (var path in kept.Where(IsThere))
        {
            var mode = File.GetUnixFileMode(path);
            if ((mode & Others) is not UnixFileMode.None)
            {
                var right = Directory.Exists(path) ? "700" : "600";
                findings.Add(Finding.Problem(
                    Check, $"{path} has mode {Convert.ToString((int)mode, 8)}: others can get at it", $"chmod {right} {path}"));
            }

            if (Posix.OwnerOf(path) is { } owner && owner != Posix.UserId)
            {
                findings.Add(Finding.Problem(
                    Check, string.Create(CultureInfo.InvariantCulture, $"{path} belongs to user id {owner}, and the portal cannot use it"),
                    $"as root: chown {Posix.UserId.ToString(CultureInfo.InvariantCulture)} {path}"));
            }
        }

        return findings.Count > 0 ? findings : [Finding.Fine(Check, "nobody else can get at data, keys and database")];
    }

    private static Finding Room(string folder)
    {
        const string Check = "disk space";
        const string Mend = "make room: old logs, or portal.db.before-….bak once an upgrade has proved itself";
        var free = new DriveInfo(folder).AvailableFreeSpace;
        var text = string.Create(CultureInfo.InvariantCulture, $"{free / 1024 / 1024} MB are free at {folder}");
        return free < LeastRoom ? Finding.Problem(Check, text, Mend)
            : free < GoodRoom ? Finding.Warning(Check, text, Mend)
            : Finding.Fine(Check, text);
    }

    private static Finding Files(string folder)
    {
        const string Check = "inodes";
        const string Mend = "remove files from that disk: it has room for data, but not for more files";
        if (Posix.FreeFilesAt(folder) is not { } free)
            return Finding.Fine(Check, "the file system has no limit");
        var text = string.Create(CultureInfo.InvariantCulture, $"{free} more files fit at {folder}");
        return free < LeastFiles ? Finding.Problem(Check, text, Mend)
            : free < GoodFiles ? Finding.Warning(Check, text, Mend)
            : Finding.Fine(Check, text);
    }
}
