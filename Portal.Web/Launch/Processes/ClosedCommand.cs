using CliWrap;

namespace Portal.Web.Launch.Processes;

/// <summary>Makes commands that see nothing of the portal but what they are given.</summary>
internal static class ClosedCommand
{
    /// <summary>Wraps a command with arguments that reach it as they are, and with that environment alone.</summary>
    /// <param name="words">The program, then its arguments.</param>
    public static Command Of(IReadOnlyList<string> words, IReadOnlyDictionary<string, string> environment) =>
        Cli.Wrap(words[0])
            .WithArguments(words.Skip(1))
            .WithEnvironmentVariables(Closed(environment))
            .WithValidation(CommandResultValidation.None);

    /// <summary>
    /// CliWrap adds to the environment of this process and cannot clear it; a name that is null is left out. The portal's
    /// environment holds connection strings and other secrets.
    /// </summary>
    private static Dictionary<string, string?> Closed(IReadOnlyDictionary<string, string> environment)
    {
        var closed = Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .ToDictionary(name => name, _ => (string?)null, StringComparer.Ordinal);
        foreach (var (name, value) in environment)
            closed[name] = value;
        return closed;
    }
}
