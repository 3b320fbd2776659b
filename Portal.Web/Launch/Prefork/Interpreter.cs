using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Portal.Web.Launch.Prefork;

/// <summary>Whether an interpreter has Streamlit, found out without starting anything of the app's.</summary>
internal static class Interpreter
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>What else of an app's environment decides which packages an interpreter finds.</summary>
    private static readonly string[] Deciding = ["PATH", "HOME", "LD_LIBRARY_PATH", "VIRTUAL_ENV"];

    /// <summary>Null where it has; else a sentence that says why not.</summary>
    public static async Task<string?> WhyUnfitAsync(App app, TimeProvider time, CancellationToken cancellationToken)
    {
        var command = StreamlitCommand.Question(app, Spawner.Program, "probe");
        foreach (var name in app.Environment.Keys.Where(name => !Decides(name)))
            command.Environment.Remove(name);
        command.Environment["PYTHONDONTWRITEBYTECODE"] = "1"; // doctor asks, too, and changes nothing

        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var process = Process.Start(command) ?? throw new UnreachableException("A new process is always one.");
            process.StandardInput.Close();
            return await AnswerOfAsync(process, either.Token) is { } complaint
                ? $"{app.Python} cannot run Streamlit: {complaint}"
                : null;
        }
        catch (Win32Exception e)
        {
            return $"The system does not start {app.Python}: {e.Message}";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"{app.Python} did not say within {Limit.TotalSeconds:0} s whether it has Streamlit.";
        }
    }

    private static async Task<string?> AnswerOfAsync(Process process, CancellationToken cancellationToken)
    {
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var complaint = await process.StandardError.ReadToEndAsync(cancellationToken);
            _ = await output;
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode is 0)
                return null;
            var lines = complaint.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return lines.Length > 0 ? lines[^1] : string.Create(CultureInfo.InvariantCulture, $"exit code {process.ExitCode}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static bool Decides(string variable) =>
        variable.StartsWith("PYTHON", StringComparison.Ordinal) || Deciding.Contains(variable, StringComparer.Ordinal);
}
