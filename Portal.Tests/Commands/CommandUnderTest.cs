using System.Diagnostics;
using System.Text.Json;
using Portal.Web.Launch.Processes;
using Xunit;

namespace Portal.Tests.Commands;

/// <summary>A command of the real program, in a process of its own.</summary>
internal sealed class CommandUnderTest : IDisposable
{
    private const int SigInt = 2;

    /// <summary>A program that has to be compiled anew each time, on a machine that has much else to do.</summary>
    private static readonly TimeSpan Patience = 2 * Eventually.Limit;

    private readonly Process _process;

    /// <param name="portal">Whose configuration it uses.</param>
    public CommandUnderTest(PortalUnderTest portal, params IEnumerable<string> words)
        : this(portal, [], words)
    {
    }

    /// <param name="portal">Whose configuration it uses.</param>
    /// <param name="under">A command that becomes it, as another user for example.</param>
    private CommandUnderTest(PortalUnderTest portal, IEnumerable<string> under, IEnumerable<string> words)
    {
        // Ctrl+C counts, also where the tests run in the background: shells have such programs ignore it.
        string[] program = [.. under, "env"];
        var command = new ProcessStartInfo(
            program[0],
            [.. program[1..], "--default-signal=INT", "dotnet", Path.Combine(AppContext.BaseDirectory, "Portal.Web.dll"), .. words, .. portal.Arguments()])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        command.Environment["SUDO_USER"] = "ann";
        _process = Process.Start(command) ?? throw new UnreachableException("A new process is always one.");
        Errors = _process.StandardError.ReadToEndAsync(CancellationToken.None);
    }

    public Task<string> Errors { get; }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Waits for its end.</summary>
    public static async Task<CommandOutcome> RunAsync(PortalUnderTest portal, params IEnumerable<string> words)
    {
        return await RunUnderAsync(portal, [], words);
    }

    /// <summary>Runs it as another user, and waits for its end.</summary>
    public static async Task<CommandOutcome> RunUnderAsync(PortalUnderTest portal, IEnumerable<string> under, params IEnumerable<string> words)
    {
        using var command = new CommandUnderTest(portal, under, words);
        var output = await command._process.StandardOutput.ReadToEndAsync(Cancelled).WaitAsync(Patience, TimeProvider.System, Cancelled);
        return new CommandOutcome(await command.ExitCodeAsync(), output, await command.Errors);
    }

    /// <summary>Its next line that holds the text.</summary>
    public async Task<string> LineWithAsync(string text)
    {
        while (true)
        {
            var line = await _process.StandardOutput.ReadLineAsync(Cancelled).AsTask().WaitAsync(Patience, TimeProvider.System, Cancelled);
            Assert.NotNull(line);
            if (line.Contains(text, StringComparison.Ordinal))
                return line;
        }
    }

    /// <summary>Ctrl+C.</summary>
    public void Interrupt() => Posix.Signal(_process.Id, SigInt);

    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync(Cancelled).WaitAsync(Patience, TimeProvider.System, Cancelled);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
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
