using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Portal.Web.Launch;

/// <summary>Starts <c>python -m streamlit run</c> anew for each instance. Works with every Streamlit.</summary>
internal sealed class DirectStarter : IInstanceStarter
{
    /// <summary>
    /// Constant, with nothing put into it: the log's name and the command come as arguments. It gives the child a
    /// session of its own, so that a Ctrl+C meant for the portal does not reach it, and a file for its output, so
    /// that it does not end on a broken pipe when the portal does. <c>exec</c> keeps the process id.
    /// </summary>
    private const string Redirect = "exec setsid \"$@\" >>\"$0\" 2>&1 </dev/null";

    /// <summary>What an instance sees of the portal's environment; the rest may hold secrets.</summary>
    private static readonly string[] Inherited =
        ["PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "LD_LIBRARY_PATH"];

    public Task<StartResult> StartAsync(StartRequest request, CancellationToken cancellationToken)
    {
        var app = request.App;
        if (!File.Exists(app.Script))
            return Task.FromResult(StartResult.Refused($"The script {app.Script} of app {app.Slug} is not there."));
        if (Path.IsPathRooted(app.Python) && !File.Exists(app.Python))
            return Task.FromResult(StartResult.Refused($"The interpreter {app.Python} of app {app.Slug} is not there."));

        try
        {
            var process = Process.Start(Command(request)) ?? throw new UnreachableException("A new process is always one.");
            return Task.FromResult(StartResult.Started(new DirectProcess(process)));
        }
        catch (Win32Exception e)
        {
            return Task.FromResult(StartResult.Refused($"The system does not start a process: {e.Message}"));
        }
    }

    private static ProcessStartInfo Command(StartRequest request)
    {
        var app = request.App;
        var command = new ProcessStartInfo("/bin/sh", ["-c", Redirect, request.LogFile, app.Python, .. Arguments(request)])
        {
            // Never null: the script's path is absolute and names a file.
            WorkingDirectory = Path.GetDirectoryName(app.Script)!,
        };

        command.Environment.Clear();
        foreach (var name in Inherited)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
                command.Environment[name] = value;
        }

        command.Environment["PYTHONUNBUFFERED"] = "1";
        foreach (var (name, value) in app.Environment)
            command.Environment[name] = value;
        return command;
    }

    private static IEnumerable<string> Arguments(StartRequest request) =>
    [
        "-m", "streamlit", "run", request.App.Script,
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
}
