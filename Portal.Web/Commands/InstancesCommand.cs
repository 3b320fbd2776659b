using System.CommandLine;
using System.Globalization;
using Portal.Web.Control;
using Portal.Web.Launch;
using Portal.Web.Pages;

namespace Portal.Web.Commands;

/// <summary><c>portal instances …</c>: what runs, with the portal or without it.</summary>
internal static class InstancesCommand
{
    private const int UsualLines = 20;

    private static readonly string[] Head = ["CLIENT", "LABEL", "APP", "STATE", "PID", "PORT", "SINCE", "MEMORY", "CONNECTIONS"];

    public static Command Define(IReadOnlyList<string> configuration) => new("instances", "The apps that run, and for whom")
    {
        List(configuration),
        Stop(configuration),
        Log(configuration),
    };

    private static Command List(IReadOnlyList<string> configuration)
    {
        var command = new Command("list", "Shows what runs; 'unattended' are those that the next portal goes on with");
        CommandRun.Do(command, configuration, async (run, cancellationToken) =>
        {
            await run.PrepareAsync(cancellationToken);
            var instances = await new InstanceAccess(run).ListAsync(cancellationToken);
            if (run.Output.AsJson)
                await run.Output.WriteJsonAsync(instances);
            else if (instances.Count > 0)
                await run.Output.WriteTableAsync(Head, instances.Select(one => Cells(run, one)));
            else
                await run.Output.SayAsync("Nothing runs. An app is launched when its client opens it.");
            return 0;
        });
        return command;
    }

    private static Command Stop(IReadOnlyList<string> configuration)
    {
        var (client, app) = (Words.Address("CLIENT"), App());
        var command = new Command("stop", "Stops an instance; whoever uses it is told so") { client, app };
        CommandRun.Do(command, configuration, async (run, cancellationToken) =>
        {
            await run.PrepareAsync(cancellationToken);
            var key = new InstanceKey(run.Parsed.GetRequiredValue(client), run.Parsed.GetRequiredValue(app));
            if (!await new InstanceAccess(run).StopAsync(key, cancellationToken))
                throw new CommandFailure($"No instance of {key.Slug} runs for {key.Client}. What runs: portal instances list");
            if (run.Output.AsJson)
                await run.Output.WriteJsonAsync(new { Client = key.Client.ToString(), App = key.Slug, Stopped = true });
            await run.Output.SayAsync($"Stopped: {key}");
            return 0;
        });
        return command;
    }

    private static Command Log(IReadOnlyList<string> configuration)
    {
        var (client, app) = (Words.Address("CLIENT"), App());
        var (lines, follow) = (Words.Lines(UsualLines), Words.Follow());
        var command = new Command("log", "Shows the end of an instance's log") { client, app, lines, follow };
        CommandRun.Do(command, configuration, async (run, cancellationToken) =>
        {
            run.RequireFolder();
            var key = new InstanceKey(run.Parsed.GetRequiredValue(client), run.Parsed.GetRequiredValue(app));
            var known = run.Service<AppCatalog>().All.Any(one => string.Equals(one.Slug, key.Slug, StringComparison.Ordinal));
            if (!known)
                throw new CommandFailure($"There is no app {key.Slug} in Portal:Apps.");
            var log = InstanceLog.Of(key, run.Paths.Logs, 0);
            if (new FileInfo(log.Path) is not { Exists: true, Length: var end })
                throw new CommandFailure($"{key.Slug} was never launched for {key.Client}, or its log is gone: there is no {log.Path}.");

            await ShowAsync(run, log.Tail(run.Parsed.GetValue(lines)));
            if (!run.Parsed.GetValue(follow))
                return 0;
            await foreach (var part in LogReader.FollowAsync(log.Path, end, run.Time, cancellationToken))
                await ShowAsync(run, part.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            return 0;
        });
        return command;
    }

    private static Argument<string> App() => new("APP") { Description = "The app's slug" };

    private static async Task ShowAsync(CommandRun run, IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            if (run.Output.AsJson)
                await run.Output.WriteJsonLineAsync(new { Line = line });
            else
                await run.Output.WriteLineAsync(line);
        }
    }

    private static string[] Cells(CommandRun run, RunningInstance one) =>
    [
        one.Client,
        one.Label,
        one.App,
        one.State,
        Number(one.ProcessId),
        Number(one.Port),
        run.Say(one.Since),
        one.Memory is { } memory ? Wording.Memory(memory) : "?",
        Number(one.Connections),
    ];

    private static string Number(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "?";
}
