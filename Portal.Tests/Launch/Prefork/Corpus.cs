using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using CliWrap;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Portal.Data;
using Portal.Tests.Doubles;
using Portal.Web;
using Portal.Web.Launch;
using Portal.Web.Launch.Prefork;
using Portal.Web.Launch.Processes;
using Xunit;

namespace Portal.Tests.Launch.Prefork;

/// <summary>
/// The apps of the folder corpus and the libraries that they use, on a real Streamlit. One spawner forks them all; the
/// same command that the portal uses starts them directly.
/// </summary>
internal sealed class Corpus : IAsyncDisposable
{
    private const string Packages =
        "import site, sysconfig; "
        + "print(site.getusersitepackages() if site.ENABLE_USER_SITE else sysconfig.get_path('purelib'))";

    private static readonly string Source = Path.Combine(PortalPaths.Root, "Portal.Tests/Launch/Prefork/corpus");

    private readonly TestGround _ground = new();
    private readonly string _python;
    private readonly SpawnerPool _pool;
    private readonly DirectStarter _direct = new();
    private readonly ConcurrentQueue<int> _ports;
    private int _lastLog;

    private Corpus(string version)
    {
        _python = StreamlitVersion.PythonOf(version);
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Portal:DataDirectory", _ground.PathOf("data"))]).Build();
        var paths = new PortalPaths(configuration);
        paths.Create();
        var events = new PreforkEvents(NullLogger<PreforkEvents>.Instance);
        _pool = new SpawnerPool(paths, events, new PreforkStatus(), TimeProvider.System);
        _ports = new ConcurrentQueue<int>(Enumerable.Range(_ground.Ports.First, 10));
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>The spawner of all the apps.</summary>
    public Spawner Spawner { get; private set; } = null!; // StartAsync sets it

    /// <summary>The names of the apps: each script that sends something.</summary>
    public IReadOnlyList<string> Apps { get; private set; } = [];

    private string Folder => _ground.PathOf("apps");

    public static async Task<Corpus> StartAsync(string version)
    {
        var corpus = new Corpus(version);
        try
        {
            await corpus.CopyAsync();
            var outcome = await corpus._pool.FindAsync(corpus.AppOf("main"));
            corpus.Spawner = outcome.Spawner ?? throw new InvalidOperationException(outcome.Problem);
            return corpus;
        }
        catch
        {
            await corpus.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs an app for three clients, one after the other: started directly, forked, forked.</summary>
    public async Task<IReadOnlyList<CorpusRun>> RunAsync(string name)
    {
        Assert.True(_ports.TryDequeue(out var port));
        var app = AppOf(name);
        List<CorpusRun> runs = [];
        foreach (var isForked in new[] { false, true, true })
        {
            var number = Interlocked.Increment(ref _lastLog);
            var log = _ground.PathOf(string.Create(CultureInfo.InvariantCulture, $"{number}.log"));
            await File.WriteAllTextAsync(log, "", Cancelled);
            var request = new StartRequest(app, port, log, ProcessLimits.Of(new LaunchOptions()));
            var result = isForked
                ? await Spawner.ForkAsync(request, Cancelled)
                : await _direct.StartAsync(request, Cancelled);
            using var process = result.Process ?? throw new InvalidOperationException(result.Problem);
            try
            {
                runs.Add(await VisitAsync(process, port, log));
            }
            finally
            {
                process.Kill();
                await process.Exited;
            }
        }

        _ports.Enqueue(port);
        return runs;
    }

    /// <summary>What the runs sent, as text, and what differs from one to another on purpose; in the same order.</summary>
    public async Task<IReadOnlyList<JsonElement>> DecodeAsync(IEnumerable<CorpusRun> runs)
    {
        var lines = runs.Select(run => string.Join(' ', run.Messages.Select(Convert.ToBase64String)) + "\n");
        var input = string.Concat(lines);
        var result = await Tool.RunAsync(Cli.Wrap(_python).WithArguments([Path.Combine(Source, "decode.py")])
            .WithStandardInputPipe(PipeSource.FromString(input)));
        Assert.True(result.IsSuccess, result.StandardError);
        return
        [
            .. result.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonDocument.Parse(line).RootElement),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        await using var ground = _ground;
        await _pool.CloseAsync();
    }

    private static async Task<CorpusRun> VisitAsync(IInstanceProcess process, int port, string log)
    {
        var address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}/app/corpus/_stcore/");
        await Eventually.TrueAsync(async () => process.IsAlive
            ? await StreamlitSession.IsReadyAsync(address)
            : throw new InvalidOperationException(await File.ReadAllTextAsync(log, Cancelled)));
        var messages = await StreamlitSession.RunScriptAsync(address);
        process.Terminate();
        var code = await process.Exited.WaitAsync(Eventually.Limit, TimeProvider.System, Cancelled);
        return new CorpusRun(messages, await File.ReadAllTextAsync(log, Cancelled), code);
    }

    /// <summary>Copies the apps into one folder, and the libraries to where the interpreter has its packages.</summary>
    private async Task CopyAsync()
    {
        Directory.CreateDirectory(Path.Combine(Folder, ".streamlit"));
        await File.WriteAllTextAsync(Path.Combine(Folder, ".streamlit/secrets.toml"), "word = 'a secret'\n", Cancelled);
        await File.WriteAllTextAsync(Path.Combine(Folder, ".streamlit/config.toml"), "[theme]\nbase = 'dark'\n", Cancelled);
        await File.WriteAllTextAsync(Path.Combine(Folder, "main.py"), "", Cancelled);
        var where = await Tool.RunAsync(Cli.Wrap(_python).WithArguments(["-c", Packages])
            .WithEnvironmentVariables(variables => variables.Set("PYTHONUSERBASE", _ground.PathOf("user"))));
        var packages = where.StandardOutput.Trim();
        foreach (var folder in Directory.GetDirectories(Source))
            Copy(folder, Path.GetFileName(folder) is "site" ? packages : Folder);
        Copy(Source, Folder, isWhole: false);
        var functions = Enumerable.Range(0, 1000).Select(n => string.Create(CultureInfo.InvariantCulture, $"def f{n}(): return {n}\n"));
        await File.WriteAllTextAsync(Path.Combine(packages, "lib_large.py"), string.Concat(functions), Cancelled);
        var apps = Directory.GetFiles(Folder, "*.py").Where(IsApp).Select(file => Path.GetFileNameWithoutExtension(file));
        Apps = [.. apps.Order(StringComparer.Ordinal)];
    }

    private static bool IsApp(string file)
    {
        var text = File.ReadAllText(file);
        return text.Contains("from show import", StringComparison.Ordinal)
            || text.Contains("st.title", StringComparison.Ordinal);
    }

    private static void Copy(string from, string to, bool isWhole = true)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
        foreach (var folder in isWhole ? Directory.GetDirectories(from) : [])
            Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
    }

    private App AppOf(string name) => new(
        "corpus", "", "", Path.Combine(Folder, name + ".py"), _python, [],
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PYTHONUSERBASE"] = _ground.PathOf("user"),
            ["PYTHONDONTWRITEBYTECODE"] = "1",
            [TestGround.MarkName] = _ground.Mark,
        },
        Enum.GetValues<Role>())
    {
        Preload =
        [
            "numpy", "pandas", "altair", "PIL.Image", "lib_constants", "lib_package.part", "lib_sets_environment", "lib_filters",
            "lib_at_exit", "lib_registry", "lib_plugin", "lib_opens_file", "lib_opens_pipe", "lib_opens_socket", "lib_starts_thread",
            "lib_keeps_values", "lib_asks_process", "lib_changes_process", "lib_schemes", "lib_handler", "lib_warns", "lib_fails",
        ],
    };
}

/// <summary>What one client's instance of an app sent, what it logged, and how it ended.</summary>
internal sealed record CorpusRun(IReadOnlyList<byte[]> Messages, string Log, int ExitCode);
