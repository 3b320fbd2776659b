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
    private static readonly (Version Oldest, Version Newest) Known = (new(1, 31), new(1, 62));

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
        var answer = await AskAsync(app, cancellationToken);
        if (answer.Complaint is { } complaint)
            return Finding.Problem(Streamlit, $"{app.Slug}: {app.Python} does not import it: {complaint}", Mend);
        var version = answer.Output.Trim();
        var text = $"{app.Slug}: {version} in {app.Python}";
        return !Version.TryParse(version, out var number) || new Version(number.Major, number.Minor) is var release && (release < Known.Oldest || release > Known.Newest)
            ? Finding.Warning(
                Streamlit, text, $"the portal was tried with {Known.Oldest} to {Known.Newest}; Portal:Launch:Mode=Direct depends least on the version")
            : Finding.Fine(Streamlit, text);
    }

    private Task<Answer> AskAsync(App app, CancellationToken cancellationToken)
    {
        var environment = StreamlitCommand.EnvironmentOf(app);
        environment["PYTHONDONTWRITEBYTECODE"] = "1";
        return StreamlitCommand.Question(app, environment, "-c", Ask)
            .WithWorkingDirectory(StreamlitCommand.FolderOf(app))
            .AskAsync(ImportTime, run.Time, cancellationToken);
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
}
