using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Portal.Web.Launch;
using Xunit;

namespace Portal.Tests.Launch.Prefork;

/// <summary>Two clients' instances share nothing that a module makes when it is imported, and find the same modules.</summary>
public sealed class ImportedByTwoTests
{
    private const string Module = """
        import os, secrets, socket
        CONNECTION = socket.create_connection(("127.0.0.1", int(os.environ["DATABASE_PORT"])))
        CONNECTION.sendall(b"hello")
        ANSWER = CONNECTION.recv(99).decode()
        TOKEN, MADE_IN = secrets.token_hex(8), os.getpid()
        """;

    private const string Script = """
        import json, os, signal
        import corporate
        print(json.dumps({
            "pid": os.getpid(), "madeIn": corporate.MADE_IN, "token": corporate.TOKEN, "answer": corporate.ANSWER,
            "port": corporate.CONNECTION.getsockname()[1], "file": corporate.__file__,
        }), flush=True)
        while True: signal.pause()
        """;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Direct", "PYTHONPATH")]
    [InlineData("Prefork", "PYTHONPATH")]
    [InlineData("Prefork", "pth")]
    [InlineData("Prefork", "link")]
    [InlineData("Prefork", "site-packages")]
    public async Task A_connection_that_a_module_opens_is_each_clients_own_and_nobody_elses(string mode, string place)
    {
        using var server = new EchoServer();
        await using var prefork = new PreforkUnderTest(Enum.Parse<LaunchMode>(mode));
        var shared = Directory.CreateDirectory(prefork.Ground.PathOf("shared")).FullName;
        var environment = prefork.Streamlit.Environment;
        environment["DATABASE_PORT"] = server.Port.ToString(CultureInfo.InvariantCulture);
        switch (place)
        {
            case "PYTHONPATH":
                environment["PYTHONPATH"] = shared;
                break;
            case "pth":
                prefork.Streamlit.Write("editable.pth", shared + "\n");
                break;
            case "link":
                var link = Path.Combine(prefork.Streamlit.Packages, "corporate.py");
                File.CreateSymbolicLink(link, Path.Combine(shared, "corporate.py"));
                break;
        }

        if (place is "site-packages")
            prefork.Streamlit.Write("corporate.py", Module);
        else
            await File.WriteAllTextAsync(Path.Combine(shared, "corporate.py"), Module, Cancelled);
        prefork.Streamlit.Script(Script);

        var (one, other) = (await StartAsync(prefork, 1), await StartAsync(prefork, 2));

        Assert.All([one, other], told => Assert.Equal(told.GetProperty("pid").GetInt32(), told.GetProperty("madeIn").GetInt32()));
        Assert.All([one, other], told => Assert.Equal("hello", told.GetProperty("answer").GetString()));
        Assert.NotEqual(
            one.GetProperty("token").GetString(), other.GetProperty("token").GetString(), StringComparer.Ordinal);
        Assert.Equal(
            [one.GetProperty("port").GetInt32(), other.GetProperty("port").GetInt32()], server.Clients); // the spawner opened none
    }

    [Theory]
    [InlineData("Direct")]
    [InlineData("Prefork")]
    public async Task A_script_that_puts_its_own_folder_first_gets_its_own_module(string mode)
    {
        await using var prefork = new PreforkUnderTest(Enum.Parse<LaunchMode>(mode));
        var source = Directory.CreateDirectory(prefork.Ground.PathOf("src")).FullName;
        await File.WriteAllTextAsync(Path.Combine(source, "profile.py"), "WHOSE = 'the app'", Cancelled);
        prefork.Streamlit.Script("""
            import json, os, signal, sys
            sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(sys.argv[2])), "src"))
            import profile
            print(json.dumps({"file": profile.__file__, "whose": getattr(profile, "WHOSE", "Python")}), flush=True)
            while True: signal.pause()
            """);

        for (var client = 1; client < 3; client++)
        {
            var told = await StartAsync(prefork, client);

            Assert.Equal("the app", told.GetProperty("whose").GetString());
            Assert.Equal(Path.Combine(source, "profile.py"), told.GetProperty("file").GetString());
        }
    }

    /// <summary>What the script of a client's instance prints.</summary>
    private static async Task<JsonElement> StartAsync(PreforkUnderTest prefork, int client)
    {
        var started = await prefork.TryStartAsync();
        Assert.True(started.Process is not null, started.Problem);
        var log = prefork.Ground.PathOf($"{client}.log");
        await Eventually.TrueAsync(() => File.ReadAllLines(log).Length > 1 || !started.Process.IsAlive);
        return JsonDocument.Parse(File.ReadAllLines(log)[1]).RootElement;
    }

    /// <summary>Sends back what it is sent, and knows who connected, in their order.</summary>
    private sealed class EchoServer : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly ConcurrentQueue<int> _clients = new();

        public EchoServer()
        {
            _listener.Start();
            _ = AcceptAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public IReadOnlyList<int> Clients => [.. _clients];

        public void Dispose() => _listener.Dispose();

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    var client = await _listener.AcceptSocketAsync();
                    _clients.Enqueue(((IPEndPoint?)client.RemoteEndPoint)?.Port ?? 0);
                    var buffer = new byte[99];
                    var length = await client.ReceiveAsync(buffer);
                    await client.SendAsync(buffer.AsMemory(0, length));
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // It was disposed.
            }
        }
    }
}
