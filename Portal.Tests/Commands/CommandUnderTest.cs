using System.Text.Json;
using CliWrap;
using Portal.Tests.Doubles;
using Portal.Web.Launch.Processes;
using Xunit;

namespace Portal.Tests.Commands;

/// <summary>A command of the real program, in a process of its own.</summary>
internal sealed class CommandUnderTest : IDisposable
{
    private const int SigInt = 2;

    /// <summary>A program that has to be compiled anew each time, on a machine that has much else to do.</summary>
    private static readonly TimeSpan Patience = 2 * Eventually.Limit;

    private readonly RunningCommand _process;

    /// <param name="portal">Whose configuration it uses.</param>
    public CommandUnderTest(PortalUnderTest portal, params IEnumerable<string> words) =>
        _process = new RunningCommand(Command(portal, [], words));

    public Task<string> Errors => _process.Errors;

    /// <summary>Waits for its end.</summary>
    public static async Task<CommandOutcome> RunAsync(PortalUnderTest portal, params IEnumerable<string> words)
    {
        return await RunUnderAsync(portal, [], words);
    }

    /// <summary>Runs it under a command that becomes it, as another user for example, and waits for its end.</summary>
    public static async Task<CommandOutcome> RunUnderAsync(PortalUnderTest portal, IEnumerable<string> under, params IEnumerable<string> words)
    {
        var result = await Tool.RunAsync(Command(portal, under, words));
        return new CommandOutcome(result.ExitCode, result.StandardOutput, result.StandardError);
    }

    /// <summary>Its next line that holds the text.</summary>
    public async Task<string> LineWithAsync(string text)
    {
        while (true)
        {
            var line = await _process.LineAsync(Patience);
            Assert.NotNull(line);
            if (line.Contains(text, StringComparison.Ordinal))
                return line;
        }
    }

    /// <summary>Ctrl+C.</summary>
    public void Interrupt() => Posix.Signal(_process.Id, SigInt);

    public Task<int> ExitCodeAsync() => _process.ExitCodeAsync(Patience);

    public void Dispose() => _process.Dispose();

    // Ctrl+C counts, also where the tests run in the background: shells have such programs ignore it.
    private static Command Command(PortalUnderTest portal, IEnumerable<string> under, IEnumerable<string> words)
    {
        string[] program = [.. under, "env"];
        return Cli.Wrap(program[0])
            .WithArguments(
            [
                .. program[1..], "--default-signal=INT", "dotnet", Path.Combine(AppContext.BaseDirectory, "Portal.Web.dll"),
                .. words, .. portal.Arguments(),
            ])
            .WithEnvironmentVariables(environment => environment.Set("SUDO_USER", "ann"));
    }
}

/// <summary>How a command ended and what it said.</summary>
internal sealed record CommandOutcome(int ExitCode, string Output, string Errors)
{
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Output);

    /// <summary>Its output, after it has done what was asked.</summary>
    public CommandOutcome Done()
    {
        Assert.Equal((0, ""), (ExitCode, Errors));
        return this;
    }
}
