using System.Globalization;
using CliWrap;
using Portal.Web.Launch.Processes;

namespace Portal.Web.Launch;

/// <summary>How Streamlit is called and what it sees of the system, the same in whichever way it is started.</summary>
internal static class StreamlitCommand
{
    /// <summary>
    /// Constant, with nothing put into it: the log's name and the command come as arguments. It gives the child a
    /// session of its own, so that a Ctrl+C meant for the portal does not reach it, and a file for its output, so
    /// that it does not end on a broken pipe when the portal does; and the processor goes to the portal first. Neither umask
    /// nor ignored signals are those of the portal's starter. <c>exec</c> keeps the process id.
    /// </summary>
    private const string Redirect = "umask 077; exec env --default-signal nice -n 5 setsid \"$@\" >>\"$0\" 2>&1 </dev/null";

    /// <summary>What an instance sees of the portal's environment; the rest may hold secrets.</summary>
    private static readonly string[] Inherited =
        ["PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "LD_LIBRARY_PATH"];

    /// <summary>
    /// Makes the portal's client known as <c>st.user.client</c>. A variable, since an older Streamlit does not know this
    /// option and would not start with it on its command line.
    /// </summary>
    private const string TrustedUserHeaders = "STREAMLIT_SERVER_TRUSTED_USER_HEADERS";

    private const string TrustedClient = """{"X-Portal-Client": "client"}""";

    /// <summary>What follows <c>streamlit</c> on its command line.</summary>
    public static IReadOnlyList<string> Arguments(StartRequest request) =>
    [
        "run", request.App.Script,
        "--server.address=127.0.0.1",
        $"--server.port={request.Port.ToString(CultureInfo.InvariantCulture)}",
        $"--server.baseUrlPath=app/{request.App.Slug}",
        "--server.headless=true",
        "--server.fileWatcherType=none",
        "--server.runOnSave=false",
        "--browser.gatherUsageStats=false",
        "--client.toolbarMode=viewer",
        "--global.developmentMode=false",
        .. request.App.Arguments.Count > 0 ? ["--", .. request.App.Arguments] : Array.Empty<string>(),
    ];

    /// <summary>The app's folder, which instances work in.</summary>
    public static string FolderOf(App app) =>
        Path.GetDirectoryName(app.Script) ?? throw new ArgumentException("An app's script is an absolute path.", nameof(app));

    /// <summary>The whole environment of an app's processes.</summary>
    public static Dictionary<string, string> EnvironmentOf(App app)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in Inherited)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
                environment[name] = value;
        }

        if (app.RunAs is { } user)
            (environment["HOME"], environment["USER"], environment["LOGNAME"]) = (user.Home, user.Name, user.Name);
        environment["PYTHONUNBUFFERED"] = "1";
        environment["OPENBLAS_NUM_THREADS"] = "1"; // else a thread for each core when NumPy is imported, and no fork can share it
        environment[TrustedUserHeaders] = TrustedClient;
        foreach (var (name, value) in app.Environment)
            environment[name] = value;
        return environment;
    }

    /// <summary>
    /// The app's interpreter as the user that the app runs as. Whoever writes an app mostly chooses what its interpreter
    /// imports as well: it is never started in another way, nor without the mark by which its processes are known.
    /// </summary>
    public static IReadOnlyList<string> Interpreter(App app, params IEnumerable<string> arguments) =>
        [.. AppMark.Command, .. app.RunAs?.Command ?? [], app.Python, .. arguments];

    /// <summary>The interpreter with a question: its environment is the app's, or the one given.</summary>
    public static Command Question(App app, IReadOnlyDictionary<string, string>? environment, params IEnumerable<string> arguments) =>
        ClosedCommand.Of(Interpreter(app, arguments), environment ?? EnvironmentOf(app));

    /// <summary>A command of the app's, in a session of its own, its output appended to the log.</summary>
    /// <remarks>Output never goes through the portal: with pipes to it the process would end with the portal.</remarks>
    public static Command Detached(App app, string logFile, IEnumerable<string> words) =>
        ClosedCommand.Of(["/bin/sh", "-c", Redirect, logFile, .. words], EnvironmentOf(app)).WithWorkingDirectory(FolderOf(app));

    /// <summary>What is missing on disk for the app to be started, as a sentence; else null.</summary>
    public static string? MissingFor(App app) =>
        !File.Exists(app.Script) ? $"The script {app.Script} of app {app.Slug} is not there."
        : Path.IsPathRooted(app.Python) && !File.Exists(app.Python) ? $"The interpreter {app.Python} of app {app.Slug} is not there."
        : null;
}
