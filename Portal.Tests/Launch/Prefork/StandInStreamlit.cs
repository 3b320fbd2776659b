using Portal.Data;
using Portal.Tests.Doubles;
using Portal.Web.Launch;

namespace Portal.Tests.Launch.Prefork;

/// <summary>
/// A package folder of a test's own for the system's Python, with a stand-in for Streamlit that starts in a moment: it
/// prints what it finds itself to be, as a line of JSON, and runs the script.
/// </summary>
internal sealed class StandInStreamlit
{
    public const string Python = "/usr/bin/python3";

    private const string Source = """
        import gc, importlib, json, os, random, resource, runpy, signal, sys, threading

        def loaded():
            find = importlib._bootstrap._find_spec.__closure__  # the spawner's, where imported modules wait
            waiting = find[0].cell_contents.__self__.modules if find else []
            return [name for name in [*sys.modules, *waiting] if name.startswith("test_")]

        def main(prog_name):
            print(json.dumps({
                "argv": sys.argv, "cwd": os.getcwd(), "env": dict(os.environ), "path": sys.path[0],
                "random": random.random(), "frozen": gc.get_freeze_count(), "collects": gc.isenabled(),
                "main": sys.modules["__main__"].__dict__.get("__file__"),
                "loaded": loaded(),
            }), flush=True)
            main = sys.modules["__main__"] = type(sys)("__main__")
            main.__file__ = sys.argv[2]
            runpy.run_path(sys.argv[2])
        """;

    /// <summary>As the folders of its packages are named: python3.11.</summary>
    private static readonly string Version = Path.GetFileName(
        new FileInfo(Python).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? throw new FileNotFoundException("Python is missing.", Python));

    private readonly TestGround _ground;

    public StandInStreamlit(TestGround ground)
    {
        _ground = ground;
        Environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = "/usr/bin:/bin",
            ["PYTHONUNBUFFERED"] = "1",
            ["PYTHONUSERBASE"] = ground.PathOf("user"),
            ["PYTHONDONTWRITEBYTECODE"] = "1",
            [TestGround.MarkName] = ground.Mark,
        };
        Packages = Path.Combine(ground.PathOf("user"), "lib", Version, "site-packages");
        Write("streamlit/__init__.py", "");
        Write("streamlit/web/__init__.py", "");
        Write("streamlit/__main__.py", "from streamlit.web.cli import main\nmain(prog_name='streamlit')");
        Write("streamlit/web/cli.py", Source);
        Script("import signal\nwhile True: signal.pause()");
    }

    /// <summary>Of the spawner and, unless a test says otherwise, of its instances.</summary>
    public Dictionary<string, string> Environment { get; }

    /// <summary>Where its libraries are.</summary>
    public string Packages { get; }

    public App App => new(
        "stand-in", "", "", _ground.Script, Python, [], Environment, Enum.GetValues<Role>());

    /// <summary>Writes a library's file.</summary>
    public void Write(string file, string source)
    {
        var path = Path.Combine(Packages, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!); // a file in a folder has one
        File.WriteAllText(path, source);
    }

    /// <summary>Names packages that Streamlit requires.</summary>
    public void Require(params IEnumerable<string> packages) => Write(
        "streamlit-1.0.dist-info/METADATA",
        string.Concat(["Metadata-Version: 2.1\nName: streamlit\nVersion: 1.0\n", .. packages.Select(name => $"Requires-Dist: {name}\n")]));

    /// <summary>Writes the app's script.</summary>
    public void Script(string source) => File.WriteAllText(_ground.Script, source);
}
