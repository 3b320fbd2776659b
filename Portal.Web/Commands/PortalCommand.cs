using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Portal.Web.Commands.Doctor;

namespace Portal.Web.Commands;

/// <summary>
/// <c>portal COMMAND</c>: what admins type on the server. Without a command, or with nothing but configuration, the
/// program is the portal itself.
/// </summary>
internal static class PortalCommand
{
    /// <summary>Exit codes: refused or failed; not understood; interrupted by Ctrl+C, as shells have it.</summary>
    public const int Failed = 1, Misused = 2, Interrupted = 130;

    private static readonly string[] ConfigurationSections = ["Portal:", "ConnectionStrings:", "Logging:", "Kestrel:"];
    private static readonly string[] ConfigurationKeys = ["urls", "environment", "http_ports", "https_ports"];
    private static readonly string[] CommandOptions = ["--help", "-h", "-?", "--version", "--json"];

    /// <summary>False where there is only configuration, in any form that .NET takes: the portal is to run.</summary>
    public static bool IsIn(string[] arguments)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            var argument = arguments[i];
            if (CommandOptions.Contains(argument, StringComparer.Ordinal))
                return true;
            if (argument.Contains('=', StringComparison.Ordinal))
                continue;
            if (!argument.StartsWith("--", StringComparison.Ordinal))
                return true;
            i++; // its value
        }

        return false;
    }

    /// <summary>Does what is asked; the answer is the exit code.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var (configuration, words) = Split(arguments);
        var parsed = Define(configuration).Parse(words, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction)
            return await MisuseAsync(parsed);

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
        catch (Exception e) when (Explain(e) is { Count: > 0 } lines)
        {
            foreach (var line in lines)
                await Console.Error.WriteLineAsync(PlainText.Line(line));
            return Failed;
        }
    }

    private static Command Define(IReadOnlyList<string> configuration) =>
        new("portal", "Manages the portal on this server, whether it runs or not. Without a command it starts the portal.")
        {
            RegistryCommand.Define(configuration),
            WhoCommand.Define(configuration),
            InstancesCommand.Define(configuration),
            AuditCommand.Define(configuration),
            BackupCommand.Define(configuration),
            DoctorCommand.Define(configuration),
            CommandRun.Json,
            new HelpOption(),
            new VersionOption(),
        };

    /// <summary>What to mend, a line each; empty for an exception that is a bug.</summary>
    private static IReadOnlyList<string> Explain(Exception exception) => exception switch
    {
        CommandFailure refused => [refused.Message],
        DbUpdateException { InnerException: { } inner } => Explain(inner),
        DbException database => [$"The database cannot be used: {database.Message}"],
        _ => StartFailure.Explain(exception),
    };

    /// <summary>Configuration is taken out wherever it stands: <c>portal registry list --Portal:DataDirectory=/srv/portal</c>.</summary>
    private static (IReadOnlyList<string> Configuration, IReadOnlyList<string> Words) Split(string[] arguments)
    {
        var (configuration, words) = (new List<string>(), new List<string>());
        for (var i = 0; i < arguments.Length; i++)
        {
            var argument = arguments[i];
            if (!IsConfiguration(argument))
            {
                words.Add(argument);
                continue;
            }

            configuration.Add(argument);
            if (!argument.Contains('=', StringComparison.Ordinal) && i + 1 < arguments.Length)
                configuration.Add(arguments[++i]);
        }

        return (configuration, words);
    }

    private static bool IsConfiguration(string argument)
    {
        if (!argument.StartsWith("--", StringComparison.Ordinal))
            return false;
        var key = argument[2..].Split('=', 2)[0];
        return ConfigurationKeys.Contains(key, StringComparer.OrdinalIgnoreCase)
            || ConfigurationSections.Any(section => key.StartsWith(section, StringComparison.OrdinalIgnoreCase));
    }

    private static async Task<int> MisuseAsync(ParseResult parsed)
    {
        foreach (var error in parsed.Errors)
            await Console.Error.WriteLineAsync(PlainText.Line(error.Message));
        var names = new List<string>();
        for (SymbolResult? at = parsed.CommandResult; at is CommandResult of; at = at.Parent)
            names.Insert(0, of.Command.Name);
        await Console.Error.WriteLineAsync($"See: {string.Join(' ', names)} --help");
        return Misused;
    }
}
