using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Portal.Tests.Doubles;
using Portal.Web.Launch.Prefork;
using Portal.Web.Launch.Processes;
using Xunit;

namespace Portal.Tests.Launch.Prefork;

/// <summary>spawner.py as a process, spoken to line by line. When it is disposed nothing of it may be left.</summary>
internal sealed class SpawnerUnderTest : IAsyncDisposable
{
    private readonly List<int> _instances = [];
    private RunningCommand? _process;
    private Socket? _socket;
    private StreamReader? _lines;
    private int _lastId;

    public SpawnerUnderTest() => Streamlit = new StandInStreamlit(Ground);

    public TestGround Ground { get; } = new();

    public StandInStreamlit Streamlit { get; }

    public string State => Ground.PathOf("state.json");

    public RunningCommand Process => _process ?? throw new InvalidOperationException("The spawner is not started.");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Started, greeted and warm.</summary>
    public static async Task<SpawnerUnderTest> WarmAsync(Action<SpawnerUnderTest>? configure = null, params string[] preload)
    {
        var spawner = new SpawnerUnderTest();
        configure?.Invoke(spawner);
        await spawner.StartAsync(preload);
        await spawner.SayAsync("""{"do": "hello", "protocol": 2}""");
        return spawner;
    }

    public async Task StartAsync(params string[] preload)
    {
        var path = Ground.PathOf(string.Create(CultureInfo.InvariantCulture, $"{++_lastId}.sock"));
        using var listener = PrivateSocket.Listen(path, backlog: 1);
        _process = new RunningCommand(ClosedCommand.Of(
            [
                StandInStreamlit.Python, Spawner.Program, path, State, Ground.Script,
                .. preload.Select(module => "--preload=" + module), "--room=" + new string('.', 200),
            ],
            Streamlit.Environment));
        _socket = await listener.AcceptAsync(Cancelled);
        _lines = new StreamReader(new NetworkStream(_socket), Encoding.UTF8);
    }

    public Task SayAsync(string line, string end = "\n") => SayAsync(Encoding.UTF8.GetBytes(line + end));

    public async Task SayAsync(byte[] bytes)
    {
        if (_socket is not null)
            await _socket.SendAsync(bytes, Cancelled);
    }

    /// <summary>Sends a request; its <c>log</c> goes along as an open file.</summary>
    public async Task AskAsync(JsonObject order)
    {
        var request = order.DeepClone().AsObject();
        var log = (string?)request["log"] ?? "";
        request.Remove("log");
        await File.AppendAllTextAsync(log, "", Cancelled);
        using var file = FilePassing.OpenToAppend(log);
        var line = request.ToJsonString();
        var socket = _socket ?? throw new InvalidOperationException("The spawner is not started.");
        await Eventually.TrueAsync(() => FilePassing.TrySend(socket, (byte)line[0], file));
        await SayAsync(line[1..]);
    }

    /// <summary>The next line.</summary>
    public async Task<JsonNode> HearAsync()
    {
        var lines = _lines ?? throw new InvalidOperationException("The spawner is not started.");
        var line = await lines.ReadLineAsync(Cancelled).AsTask().WaitAsync(Eventually.Limit, Cancelled);
        return JsonNode.Parse(line ?? throw new EndOfStreamException("The spawner has ended."))
            ?? throw new FormatException("The spawner says null.");
    }

    /// <summary>The next line that tells of that event; lines before it are passed over.</summary>
    public async Task<JsonNode> HearAsync(string happening)
    {
        while (true)
        {
            var line = await HearAsync();
            if (string.Equals((string?)line["event"], happening, StringComparison.Ordinal))
                return line;
        }
    }

    /// <summary>The next reply.</summary>
    public async Task<JsonNode> HearReplyAsync()
    {
        while (true)
        {
            var line = await HearAsync();
            if (line["event"] is not null)
                continue;
            if ((int?)line["pid"] is { } instance)
                _instances.Add(instance);
            return line;
        }
    }

    /// <summary>A request for an instance, as the portal sends it, and where its output is to go.</summary>
    public JsonObject Order(string log = "instance.log")
    {
        var environment = new JsonObject();
        foreach (var (name, value) in Streamlit.Environment)
            environment[name] = value;
        return new JsonObject
        {
            ["do"] = "fork",
            ["id"] = ++_lastId,
            ["argv"] = new JsonArray("run", Ground.Script, "--flag=1"),
            ["env"] = environment,
            ["cwd"] = Ground.Folder,
            ["log"] = Ground.PathOf(log),
            ["name"] = "stand-in",
        };
    }

    /// <summary>An instance, once it has said what it finds itself to be.</summary>
    public async Task<(int Id, JsonNode Told)> ForkAsync(Action<JsonObject>? change = null)
    {
        var order = Order(string.Create(CultureInfo.InvariantCulture, $"{_lastId + 1}.log"));
        change?.Invoke(order);
        await AskAsync(order);
        var reply = await HearReplyAsync();
        Assert.True(reply["error"] is null, reply.ToJsonString());
        var log = (string?)order["log"] ?? "";
        await Eventually.TrueAsync(() => File.Exists(log) && File.ReadAllText(log).Contains('\n', StringComparison.Ordinal));
        var told = JsonNode.Parse(File.ReadLines(log).First()) ?? throw new FormatException("The instance says null.");
        return (Assert.NotNull((int?)reply["pid"]), told);
    }

    /// <summary>What a line of /proc/ID/status says.</summary>
    public static string StatusOf(int processId, string name) =>
        File.ReadLines($"/proc/{processId}/status").First(line => line.StartsWith(name + ":", StringComparison.Ordinal))
            .Split(':', 2)[1].Trim();

    public void HangUp()
    {
        _lines?.Dispose();
        _socket?.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await using var ground = Ground;
        HangUp();
        _instances.ForEach(id => SessionSignals.Kill(ProcessIdentity.Of(id) ?? ProcessIdentity.Gone(id)));
        if (_process is null)
            return;
        await Eventually.TrueAsync(() => _process.HasEnded);
    }
}
