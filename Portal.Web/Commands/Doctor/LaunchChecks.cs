using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;
using Portal.Web.Launch;
using Portal.Web.Launch.Prefork;
using Portal.Web.Launch.Processes;

namespace Portal.Web.Commands.Doctor;

/// <summary>Whether each app's interpreter has a Streamlit that works here, and whether instances can be forked.</summary>
internal sealed class LaunchChecks(CommandRun run)
{
    private const string Streamlit = "Streamlit", SpawnerCheck = "spawner";
    private const string Ask = "import streamlit; print(streamlit.__version__)";

    /// <summary>A first import compiles all of it.</summary>
    private static readonly TimeSpan ImportTime = TimeSpan.FromSeconds(60);

    /// <summary>What the portal was tried with: the offline one, and the one pinned for the sample app.</summary>
    private static readonly (Version Oldest, Version Newest) Known = (new(1, 31), new(1, 39));

    public async IAsyncEnumerable<Finding> ExamineAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var app in run.Service<AppCatalog>().All)
        {
            var finding = StreamlitCommand.MissingFor(app) is { } missing
                ? Finding.Problem(Streamlit, missing, "put it there, or mend Script or Python of the app in Portal:Apps")
                : await ImportAsync(app, cancellationToken);
            yield return finding;
            if (finding.Level is not FindingLevel.Problem)
                yield return await ForkAsync(app, cancellationToken);
        }
    }

    private async Task<Finding> ImportAsync(App app, CancellationToken cancellationToken)
    {
        const string Mend = "install Streamlit there, or name a Python that has it: Portal:Launch:Python";
        var (version, complaint) = await AskAsync(app, cancellationToken);
        if (complaint is not null)
            return Finding.Problem(Streamlit, $"{app.Slug}: {app.Python} does not import it: {complaint}", Mend);
        var text = $"{app.Slug}: {version} in {app.Python}";
        return !Version.TryParse(version, out var number) || new Version(number.Major, number.Minor) is var release && (release < Known.Oldest || release > Known.Newest)
            ? Finding.Warning(
                Streamlit, text, $"the portal was tried with {Known.Oldest} to {Known.Newest}; Portal:Launch:Mode=Direct depends least on the version")
            : Finding.Fine(Streamlit, text);
    }

    private async Task<(string Version, string? Complaint)> AskAsync(App app, CancellationToken cancellationToken)
    {
        var command = StreamlitCommand.Question(app, "-c", Ask);
        command.WorkingDirectory = StreamlitCommand.FolderOf(app);
        command.Environment["PYTHONDONTWRITEBYTECODE"] = "1";

        using var limit = new CancellationTokenSource(ImportTime, run.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        Process? process = null;
        try
        {
            process = Process.Start(command) ?? throw new UnreachableException("A new process is always one.");
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync(either.Token);
            var output = await process.StandardOutput.ReadToEndAsync(either.Token);
            var complaint = await errors;
            await process.WaitForExitAsync(either.Token);
            return process.ExitCode is 0
                ? (output.Trim(), null)
                : ("", LastLine(complaint) ?? string.Create(CultureInfo.InvariantCulture, $"exit code {process.ExitCode}"));
        }
        catch (Win32Exception e)
        {
            return ("", e.Message);
        }
        catch (OperationCanceledException)
        {
            process?.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            return ("", $"no answer within {ImportTime.TotalSeconds:0} s");
        }
        finally
        {
            process?.Dispose();
        }
    }

    private async Task<Finding> ForkAsync(App app, CancellationToken cancellationToken)
    {
        if (run.Service<IOptions<LaunchOptions>>().Value.Mode is LaunchMode.Direct)
            return Finding.Fine(SpawnerCheck, $"{app.Slug}: not used, as Portal:Launch:Mode is Direct");
        if (await Interpreter.WhyUnfitAsync(app, run.Time, cancellationToken) is { } why)
            return Finding.Warning(SpawnerCheck, $"{app.Slug}: {why}", "instances are started anew each time, half a second slower");

        // A socket's name has to fit too: the app's slug, and numbers.
        var name = Path.Combine(run.Paths.Prefork, app.Slug + "-0123456789abcdef-4194304-9999.sock");
        return Encoding.UTF8.GetByteCount(name) > PrivateSocket.LongestPath
            ? Finding.Warning(SpawnerCheck, $"{app.Slug}: {run.Paths.Prefork} is too long a path for its socket", "choose a shorter Portal:DataDirectory")
            : Finding.Fine(SpawnerCheck, $"{app.Slug}: instances can be forked");
    }

    private static string? LastLine(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault();
}
