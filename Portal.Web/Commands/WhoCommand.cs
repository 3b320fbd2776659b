using System.CommandLine;
using System.Globalization;
using Portal.Data;
using Portal.Web.Launch;

namespace Portal.Web.Commands;

/// <summary><c>portal who ADDRESS</c>: who an address would be, were it to ask now.</summary>
internal static class WhoCommand
{
    public static Command Define(IReadOnlyList<string> configuration)
    {
        var address = Words.Address("ADDRESS");
        var command = new Command("who", "Tells who an address would be, through which registration, and what it may open") { address };
        CommandRun.Do(command, configuration, async (run, cancellationToken) =>
        {
            await run.PrepareAsync(cancellationToken);
            var asked = run.Parsed.GetRequiredValue(address);
            var row = await run.Service<RegisteredIpStore>().ResolveAsync(asked, cancellationToken);
            var apps = row is null ? [] : run.Service<AppCatalog>().OpenTo(row.Role);
            var now = run.Time.GetUtcNow();
            if (run.Output.AsJson)
            {
                await run.Output.WriteJsonAsync(new
                {
                    Address = asked.ToString(),
                    Admitted = row?.IsActive(now) is true,
                    Registration = row is null ? null : RegistrationLine.Of(row, now),
                    Apps = apps.Select(app => app.Slug),
                });
                return 0;
            }

            await run.Output.WriteLineAsync(
                row is null ? $"{asked} is not registered: it is refused. To let it in: portal registry add {asked} …"
                : row.IsActive(now) ? $"{asked} is admitted as {row.Role}."
                : $"{asked} is refused: its registration is {row.StateAt(now).ToString().ToLowerInvariant()}.");
            if (row is null)
                return 0;
            await run.Output.WriteLineAsync($"Through  {row.Network} {row.Label}".TrimEnd());
            await run.Output.WriteLineAsync($"Port     {row.Port?.ToString(CultureInfo.InvariantCulture) ?? "any free one"}");
            await run.Output.WriteLineAsync($"Expires  {(row.ExpiresAt is { } expires ? run.Say(expires) : "never")}");
            await run.Output.WriteLineAsync($"Apps     {string.Join(", ", apps.Select(app => app.Slug))}");
            return 0;
        });
        return command;
    }
}
