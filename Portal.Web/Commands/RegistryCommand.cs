using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Localization;
using Portal.Data;
using Portal.Web.Pages;
using Portal.Web.Resources;

namespace Portal.Web.Commands;

/// <summary><c>portal registry …</c>: by the same checks, and with the same record, as on the admin's pages.</summary>
internal static class RegistryCommand
{
    private static readonly string[] Head = ["NETWORK", "ROLE", "PORT", "STATE", "EXPIRES", "LABEL"];

    private static readonly Argument<string> Network = new("NETWORK")
    {
        Description = "An address (10.1.2.3) or a network (10.1.0.0/16)",
    };

    public static Command Define(IReadOnlyList<string> configuration) => new("registry", "Who may come, and as what")
    {
        List(configuration),
        Add(configuration),
        Set(configuration),
        Remove(configuration),
        RegistryImportCommand.Define(configuration),
        Export(configuration),
    };

    private static Command List(IReadOnlyList<string> configuration)
    {
        var search = new Option<string?>("--search") { Description = "Part of a network, label or notes; or an address: then also the networks that hold it", HelpName = "TEXT" };
        var role = new Option<Role?>("--role") { Description = "Only these" };
        var state = new Option<RegistrationState?>("--state") { Description = "Only these" };
        var command = new Command("list", "Shows the registrations, in the order of their networks") { search, role, state };
        CommandRun.Do(command, configuration, async (run, cancellationToken) =>
        {
            await run.PrepareAsync(cancellationToken);
            var query = new RegisteredIpQuery(
                run.Parsed.GetValue(search), Role: run.Parsed.GetValue(role), State: run.Parsed.GetValue(state));
            var rows = await run.Service<RegisteredIpStore>().ExportAsync(query, cancellationToken);
            await ShowAsync(run, rows);
            return 0;
        });
        return command;
    }

    private static Command Add(IReadOnlyList<string> configuration)
    {
        var options = new RowOptions();
        var command = new Command("add", "Registers an address or a network; as a user, unless --role says otherwise") { Network };
        options.AddTo(command, atLeastOne: false);
        CommandRun.Do(command, configuration, async (run, cancellationToken) =>
        {
            await run.PrepareAsync(cancellationToken);
            var draft = options.Apply(run.Parsed, new RegisteredIpDraft(run.Parsed.GetValue(Network), Role.User));
            var change = await run.Service<RegisteredIpStore>().AddAsync(draft, CommandRun.Actor, cancellationToken);
            return await AnswerAsync(run, change, "Registered", $"To change it: portal registry set {draft.Network} …");
        });
        return command;
    }

    private static Command Set(IReadOnlyList<string> configuration)
    {
        var options = new RowOptions();
        var command = new Command("set", "Changes a registration; what is not named stays as it is") { Network };
        options.AddTo(command, atLeastOne: true);
        CommandRun.Do(command, configuration, async (run, cancellationToken) =>
        {
            await run.PrepareAsync(cancellationToken);
            var store = run.Service<RegisteredIpStore>();
            var row = await FindAsync(run, store, cancellationToken);
            var draft = options.Apply(run.Parsed, new(row.Network, row.Role, row.Port, row.Label, row.Enabled, row.ExpiresAt, row.Notes));
            var change = options.OnlySwitches(run.Parsed)
                ? await store.SetEnabledAsync(row.Id, row.Version, draft.Enabled, CommandRun.Actor, cancellationToken)
                : await store.UpdateAsync(row.Id, row.Version, draft, CommandRun.Actor, cancellationToken);
            return await AnswerAsync(run, change, "Changed", "");
        });
        return command;
    }

    private static Command Remove(IReadOnlyList<string> configuration)
    {
        var command = new Command("remove", "Removes a registration; 'set NETWORK --disable' keeps it and shuts it out") { Network };
        CommandRun.Do(command, configuration, async (run, cancellationToken) =>
        {
            await run.PrepareAsync(cancellationToken);
            var store = run.Service<RegisteredIpStore>();
            var row = await FindAsync(run, store, cancellationToken);
            var change = await store.RemoveAsync(row.Id, row.Version, CommandRun.Actor, cancellationToken);
            return await AnswerAsync(run, change, "Removed", "");
        });
        return command;
    }

    private static Command Export(IReadOnlyList<string> configuration)
    {
        var command = new Command("export", "Writes all registrations as CSV, as 'import' reads it");
        CommandRun.Do(command, configuration, async (run, cancellationToken) =>
        {
            await run.PrepareAsync(cancellationToken);
            var rows = await run.Service<RegisteredIpStore>().ExportAsync(new RegisteredIpQuery(), cancellationToken);
            if (run.Output.AsJson)
                await ShowAsync(run, rows);
            else
                await run.Output.WriteFileAsync(RegistryCsv.Write(rows, run.Time.LocalTimeZone));
            return 0;
        });
        return command;
    }

    private static async Task<RegisteredIp> FindAsync(CommandRun run, RegisteredIpStore store, CancellationToken cancellationToken)
    {
        var typed = run.Parsed.GetValue(Network) ?? "";
        if (!NetworkNotation.TryParse(typed, out var network, out var error, out var suggestion))
            throw new CommandFailure($"{typed}: {Say(run, [new("", error, suggestion)])}");

        var canonical = NetworkNotation.Format(network);
        var found = await store.ExportAsync(new RegisteredIpQuery(canonical), cancellationToken);
        if (found.FirstOrDefault(row => string.Equals(row.Network, canonical, StringComparison.Ordinal)) is { } row)
            return row;

        var holder = NetworkNotation.IsSingleAddress(network) ? await store.ResolveAsync(network.BaseAddress, cancellationToken) : null;
        throw new CommandFailure(holder is null
            ? $"{canonical} is not registered. To register it: portal registry add {canonical} …"
            : $"{canonical} is not registered by itself; it comes through {holder.Network}. To change that one: "
                + $"portal registry set {holder.Network} …; to register it by itself: portal registry add {canonical} …");
    }

    private static async Task<int> AnswerAsync(CommandRun run, RegistryChange change, string done, string hint)
    {
        if (change is not { Succeeded: true, Row: { } row })
        {
            var isTaken = change.Errors.Any(error => error.Code is RegistryErrorCode.NetworkTaken);
            throw new CommandFailure($"Refused: {Say(run, change.Errors)} {(isTaken ? hint : "")}".TrimEnd());
        }

        if (run.Output.AsJson)
            await run.Output.WriteJsonAsync(RegistrationLine.Of(row, run.Time.GetUtcNow()));
        var state = row.StateAt(run.Time.GetUtcNow());
        await run.Output.SayAsync($"{done}: {row.Network}, {row.Role}, {state}.");
        if (state is RegistrationState.Expired && row.ExpiresAt is { } expired && done is not "Removed")
            await run.Output.ComplainAsync($"It expired {run.Say(expired)} and admits nobody; --no-expires or --expires changes that.");
        return 0;
    }

    private static string? Say(CommandRun run, IEnumerable<RegistryError> errors) =>
        run.Service<IStringLocalizer<Texts>>().Say(errors);

    private static Task ShowAsync(CommandRun run, IReadOnlyList<RegisteredIp> rows)
    {
        var now = run.Time.GetUtcNow();
        if (run.Output.AsJson)
            return run.Output.WriteJsonAsync(rows.Select(row => RegistrationLine.Of(row, now)));
        if (rows.Count is 0)
            return run.Output.SayAsync("No registration is like that. To add one: portal registry add NETWORK …");
        return run.Output.WriteTableAsync(Head, rows.Select(row => (string[])
        [
            row.Network,
            row.Role.ToString(),
            row.Port?.ToString(CultureInfo.InvariantCulture) ?? "any",
            row.StateAt(now).ToString(),
            row.ExpiresAt is { } expires ? run.Say(expires) : "never",
            row.Label,
        ]));
    }
}
