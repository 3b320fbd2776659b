using System.CommandLine;
using System.Globalization;
using Portal.Data;
using Portal.Web.Launch.Vitals;

namespace Portal.Web.Commands;

/// <summary><c>portal backup FILE</c>: a copy of the database, while the portal runs or not.</summary>
internal static class BackupCommand
{
    public static Command Define(IReadOnlyList<string> configuration)
    {
        var target = new Argument<string>("FILE") { Description = "A file that is not there yet, or a folder, in which it is named by the moment" };
        var command = new Command("backup", "Copies the database: registrations, requests, the record") { target };
        CommandRun.Do(command, configuration, async (run, cancellationToken) =>
        {
            run.RequireFolder();
            var copy = FileOf(Path.GetFullPath(run.Parsed.GetRequiredValue(target)), run.Time.GetUtcNow());
            var bytes = await PortalDatabase.BackUpAsync(run.Paths.ConnectionString, copy, cancellationToken);
            if (run.Output.AsJson)
                await run.Output.WriteJsonAsync(new { File = copy, Bytes = bytes });
            else
                await run.Output.WriteLineAsync($"The database is copied to {copy} ({MemoryRules.Megabytes(bytes)}).");
            return 0;
        });
        return command;
    }

    private static string FileOf(string target, DateTimeOffset now) => Directory.Exists(target)
        ? Path.Combine(target, string.Create(CultureInfo.InvariantCulture, $"portal-{now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}.db"))
        : target;
}
