using System.ComponentModel;
using System.Globalization;
using CliWrap;
using CliWrap.Buffered;

namespace Portal.Web.Launch.Processes;

/// <summary>Runs a command for its answer, within a time limit.</summary>
internal static class Question
{
    /// <summary>Returns how the command ended and what it wrote. One that is late is killed with all that it started.</summary>
    public static async Task<Answer> AskAsync(this Command command, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            InheritedFiles.Close();
            var result = await command.ExecuteBufferedAsync(either.Token);
            return new Answer(result.ExitCode, result.StandardOutput, result.StandardError);
        }
        catch (Win32Exception e)
        {
            return new Answer(null, "", $"it cannot be started: {(e.InnerException ?? e).Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Answer(null, "", string.Create(CultureInfo.InvariantCulture, $"no answer within {limit.TotalSeconds:0.#} s"));
        }
    }
}

/// <summary>What a command answered.</summary>
/// <param name="ExitCode">Null where it could not be started or did not end in time; then <paramref name="Errors"/> says so.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Errors">Its standard error.</param>
internal sealed record Answer(int? ExitCode, string Output, string Errors)
{
    /// <summary>Null where it succeeded; else the last line that it complained with, or its exit code.</summary>
    public string? Complaint => ExitCode is 0 ? null
        : Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault()
            ?? string.Create(CultureInfo.InvariantCulture, $"exit code {ExitCode}");
}
