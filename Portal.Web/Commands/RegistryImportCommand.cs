using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Localization;
using Portal.Data;
using Portal.Web.Pages;
using Portal.Web.Resources;

namespace Portal.Web.Commands;

/// <summary><c>portal registry import FILE</c>: all of a file, or nothing.</summary>
internal static class RegistryImportCommand
{
    private const int MaxSize = 10 * 1024 * 1024;

    private static readonly string[] Head = ["LINE", "WHAT", "NETWORK", "WHY"];

    private static readonly Argument<string> Source = new("FILE") { Description = "A CSV file as 'export' writes it or a spreadsheet saves it, or a settings.py of Django; - for the standard input" };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Only say what would come of it" };

    public static Command Define(IReadOnlyList<string> configuration)
    {
        var command = new Command("import", "Registers and changes what a file names, all of it or nothing; the rest stays") { Source, DryRun };
        CommandRun.Do(command, configuration, RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(CommandRun run, CancellationToken cancellationToken)
    {
        var lines = ImportText.Read(await ReadAsync(run.Parsed.GetValue(Source) ?? "", cancellationToken), run.Time.LocalTimeZone);
        await run.PrepareAsync(cancellationToken);
        var store = run.Service<RegisteredIpStore>();
        var plan = await store.TryImportAsync(lines, CommandRun.Actor, cancellationToken);
        if (plan.CanCommit && !run.Parsed.GetValue(DryRun))
            plan = await store.ImportAsync(lines, plan.Fingerprint, CommandRun.Actor, cancellationToken);
        await ShowAsync(run, plan);

        var isRefused = plan.Errors.Count > 0 || plan.Count(ImportKind.Refused) > 0;
        var isOvertaken = plan is { CanCommit: true, Committed: false } && !run.Parsed.GetValue(DryRun);
        if (isRefused)
            await run.Output.ComplainAsync($"Nothing is imported. {run.Service<IStringLocalizer<Texts>>().Say(plan.Errors)}".TrimEnd());
        else if (isOvertaken)
            await run.Output.ComplainAsync("Nothing is imported: the registry was changed in that moment. Try again.");
        return isRefused || isOvertaken ? PortalCommand.Failed : 0;
    }

    private static async Task ShowAsync(CommandRun run, ImportPlan plan)
    {
        var text = run.Service<IStringLocalizer<Texts>>();
        if (run.Output.AsJson)
        {
            await run.Output.WriteJsonAsync(new
            {
                plan.Committed,
                Added = plan.Count(ImportKind.Added),
                Changed = plan.Count(ImportKind.Changed),
                Unchanged = plan.Count(ImportKind.Unchanged),
                Refused = plan.Count(ImportKind.Refused),
                Lines = plan.Items.Select(item => new { item.Line, What = item.Kind, item.Network, Errors = Errors(item.Errors) }),
                Errors = Errors(plan.Errors),
            });
            return;
        }

        var telling = plan.Items.Where(item => item.Kind is not ImportKind.Unchanged).ToList();
        if (telling.Count > 0)
        {
            await run.Output.WriteTableAsync(Head, telling.Select(item => (string[])
            [
                item.Line.ToString(CultureInfo.InvariantCulture),
                item.Kind.ToString(),
                item.Network,
                string.Join(' ', item.Errors.Select(error => $"{(error.Field.Length > 0 ? error.Field + ": " : "")}{text.Say([error])}")),
            ]));
        }

        await run.Output.SayAsync(string.Create(CultureInfo.InvariantCulture,
            $"{(plan.Committed ? "Imported" : "Would be imported")}: {plan.Count(ImportKind.Added)} added, {plan.Count(ImportKind.Changed)} changed; ")
            + string.Create(CultureInfo.InvariantCulture, $"{plan.Count(ImportKind.Unchanged)} as registered, {plan.Count(ImportKind.Refused)} refused."));

        IEnumerable<object> Errors(IEnumerable<RegistryError> errors) =>
            errors.Select(error => new { error.Field, error.Code, Message = text.Say([error]) });
    }

    /// <exception cref="CommandFailure">It cannot be read, is too long or is no text.</exception>
    private static async Task<string> ReadAsync(string source, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = source is "-" ? Console.OpenStandardInput() : File.OpenRead(source);
            using var content = new MemoryStream();
            var piece = new byte[64 * 1024];
            int read;
            while ((read = await file.ReadAsync(piece, cancellationToken)) > 0)
            {
                if (content.Length + read > MaxSize)
                    throw new CommandFailure($"{source} is larger than 10 MB.");
                content.Write(piece, 0, read);
            }

            return FileText.Read(content.GetBuffer().AsSpan(0, (int)content.Length))?.Text
                ?? throw new CommandFailure($"The characters of {source} cannot be read. Save it as \"CSV UTF-8\".");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure($"{source} cannot be read: {e.Message}");
        }
    }
}
