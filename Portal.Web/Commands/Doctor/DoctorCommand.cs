using System.CommandLine;
using Portal.Web.Hosting;

namespace Portal.Web.Commands.Doctor;

/// <summary><c>portal doctor</c>: looks at all that the portal needs, and says how to mend it. It changes nothing.</summary>
internal static class DoctorCommand
{
    public static Command Define(IReadOnlyList<string> configuration)
    {
        var command = new Command("doctor", "Looks at all that the portal needs, and says how to mend it; changes nothing");
        CommandRun.Do(command, configuration, isExamination: true, async (run, cancellationToken) =>
        {
            var findings = new List<Finding>();
            await foreach (var finding in ExamineAsync(run, cancellationToken))
                findings.Add(finding);

            if (run.Output.AsJson)
                await run.Output.WriteJsonAsync(findings);
            else
                await ShowAsync(run, findings);
            return findings.Exists(one => one.Level is FindingLevel.Problem) ? PortalCommand.Failed : 0;
        });
        return command;
    }

    private static async IAsyncEnumerable<Finding> ExamineAsync(
        CommandRun run, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var portal = DataFolder.WhyUnfit(run.Paths.Data) is null ? RunningPortal.Find(run.Paths) : null;
        yield return Finding.Fine("portal", portal is { } id ? FormattableString.Invariant($"runs as process {id}") : "does not run");

        var isConfigured = true;
        foreach (var finding in Configuration(run))
        {
            isConfigured &= finding.Level is FindingLevel.Ok;
            yield return finding;
        }

        var folder = new FolderChecks(run).Examine().ToList();
        foreach (var finding in folder)
            yield return finding;
        if (!folder.Exists(one => one is { Check: FolderChecks.Folder, Level: FindingLevel.Problem }) && !run.Service<SettingsCheck>().IsMistaken(PortalPaths.ConnectionKey))
        {
            await foreach (var finding in new DatabaseChecks(run, isConfigured).ExamineAsync(cancellationToken))
                yield return finding;
        }

        foreach (var finding in new HostChecks(run, portal, isConfigured).Examine())
            yield return finding;
        foreach (var finding in new ListenChecks(run, portal).Examine())
            yield return finding;
        if (!isConfigured)
            yield break;
        await foreach (var finding in new LaunchChecks(run).ExamineAsync(cancellationToken))
            yield return finding;
        foreach (var finding in await new RunAsChecks(run, portal).ExamineAsync(cancellationToken))
            yield return finding;
    }

    private static IEnumerable<Finding> Configuration(CommandRun run)
    {
        const string Check = "configuration";
        var failures = run.Service<SettingsCheck>().Examine();
        return failures.Count > 0
            ? failures.Select(failure => Finding.Problem(Check, failure, "fix the key; the portal does not start before"))
            : [Finding.Fine(Check, "every value is valid")];
    }

    private static async Task ShowAsync(CommandRun run, List<Finding> findings)
    {
        foreach (var one in findings)
        {
            await run.Output.WriteLineAsync($"{one.Level.ToString().ToUpperInvariant(),-8} {one.Check,-14} {one.Text}");
            if (one.Mend.Length > 0)
                await run.Output.WriteLineAsync($"{"",-23} → {one.Mend}");
        }

        var problems = findings.Count(one => one.Level is FindingLevel.Problem);
        var warnings = findings.Count(one => one.Level is FindingLevel.Warning);
        await run.Output.SayAsync(FormattableString.Invariant($"{problems} problems, {warnings} warnings"));
    }
}
