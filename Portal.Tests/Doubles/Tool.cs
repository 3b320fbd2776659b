using CliWrap;
using CliWrap.Buffered;
using Xunit;

namespace Portal.Tests.Doubles;

/// <summary>Runs a program of the system's to its end.</summary>
internal static class Tool
{
    /// <summary>Returns how it ended and what it wrote.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">There is no such program.</exception>
    public static Task<BufferedCommandResult> RunAsync(string program, params IEnumerable<string> arguments) =>
        RunAsync(Cli.Wrap(program).WithArguments(arguments));

    /// <summary>Runs a shell's command in a folder. It has to succeed.</summary>
    public static async Task ShellAsync(string folder, string command)
    {
        var result = await RunAsync(Cli.Wrap("sh").WithArguments(["-c", command]).WithWorkingDirectory(folder));
        Assert.True(result.IsSuccess, result.StandardError);
    }

    /// <inheritdoc cref="RunAsync(string, IEnumerable{string})"/>
    public static async Task<BufferedCommandResult> RunAsync(Command command)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(2 * Eventually.Limit);
        return await command.WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(limit.Token);
    }
}
