using Portal.Web.Launch.Processes;

namespace Portal.Web.Launch.Prefork;

/// <summary>Finds out whether an interpreter has Streamlit, without starting anything of the app's.</summary>
internal static class Interpreter
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>What else of an app's environment decides which packages an interpreter finds.</summary>
    private static readonly string[] Deciding = ["PATH", "HOME", "LD_LIBRARY_PATH", "VIRTUAL_ENV"];

    /// <summary>Null where it has; else a sentence that says why not.</summary>
    public static async Task<string?> WhyUnfitAsync(App app, TimeProvider time, CancellationToken cancellationToken)
    {
        var environment = StreamlitCommand.EnvironmentOf(app);
        foreach (var name in app.Environment.Keys.Where(name => !Decides(name)))
            environment.Remove(name);
        environment["PYTHONDONTWRITEBYTECODE"] = "1"; // doctor asks too, and changes nothing

        var answer = await StreamlitCommand.Question(app, environment, Spawner.Program, "probe").AskAsync(Limit, time, cancellationToken);
        return answer.Complaint is { } complaint ? $"{app.Python} cannot run Streamlit: {complaint}" : null;
    }

    private static bool Decides(string variable) =>
        variable.StartsWith("PYTHON", StringComparison.Ordinal) || Deciding.Contains(variable, StringComparer.Ordinal);
}
