using System.CommandLine;
using Portal.Data;
using Portal.Web.Pages.Admin.Record;

namespace Portal.Web.Commands;

/// <summary><c>portal audit tail</c>: the end of the record, and what is added to it.</summary>
internal static class AuditCommand
{
    private const int UsualLines = 20;
    private const int PageSize = 500;
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(0.5);

    public static Command Define(IReadOnlyList<string> configuration)
    {
        var (lines, follow) = (Words.Lines(UsualLines), Words.Follow());
        var tail = new Command("tail", "Shows the last entries, in the order in which they were written") { lines, follow };
        CommandRun.Do(tail, configuration, async (run, cancellationToken) =>
        {
            await run.PrepareAsync(cancellationToken);
            var audit = run.Service<AuditStore>();
            var entries = await audit.LastWrittenAsync(Math.Max(run.Parsed.GetValue(lines), 1), cancellationToken);
            var last = entries.Count > 0 ? entries[^1].Id : 0;
            await ShowAsync(run, entries.TakeLast(run.Parsed.GetValue(lines)));
            while (run.Parsed.GetValue(follow))
            {
                entries = await audit.WrittenAfterAsync(last, PageSize, cancellationToken);
                await ShowAsync(run, entries);
                last = entries.Count > 0 ? entries[^1].Id : last;
                if (entries.Count < PageSize)
                    await Task.Delay(LookInterval, run.Time, cancellationToken);
            }

            return 0;
        });
        return new Command("audit", "The record of what was done and refused") { tail };
    }

    private static async Task ShowAsync(CommandRun run, IEnumerable<AuditEntry> entries)
    {
        foreach (var entry in entries)
        {
            if (run.Output.AsJson)
                await run.Output.WriteJsonLineAsync(entry);
            else
                await run.Output.WriteLineAsync(Say(run, entry));
        }
    }

    private static string Say(CommandRun run, AuditEntry entry)
    {
        var who = entry.Address.Length > 0 && !string.Equals(entry.Address, entry.Actor, StringComparison.Ordinal)
            ? $"{entry.Actor} ({entry.Address})"
            : entry.Actor;
        var changes = AuditDifference.Between(entry.Before, entry.After).Select(one => $"{one.Field}: {one.Old ?? "–"} → {one.New ?? "–"}");
        var times = entry.Count > 1 ? FormattableString.Invariant($"{entry.Count} times") : "";
        string[] parts = [run.Say(entry.At), entry.Action.ToString(), who, entry.Subject, .. changes, times, entry.Detail];
        return string.Join("  ", parts.Where(part => part.Length > 0));
    }
}
