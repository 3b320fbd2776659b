using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Portal.Tests.Doubles;
using Portal.Web.Launch;
using Xunit;

namespace Portal.Tests.Launch.Processes;

/// <summary>What a process of an app is given: its own session, its own log, and nothing of the portal's.</summary>
public sealed class InstanceProcessTests
{
    private static readonly string[] Known =
    [
        "PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "PYTHONUNBUFFERED",
        "OPENBLAS_NUM_THREADS", "STREAMLIT_SERVER_TRUSTED_USER_HEADERS",
        "STUB", TestGround.MarkName, "GREETING", // of the app
        "PWD", "OLDPWD", "SHLVL", "_", // of the shell
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_of_the_portals_environment_reaches_an_app()
    {
        Environment.SetEnvironmentVariable("ConnectionStrings__OfATest", "Password=secret");
        await using var test = await SupervisorUnderTest.StartAsync();

        var told = await ProcessAsync(test, new StubApp
        {
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["GREETING"] = "$(id) \"안녕\" 'x'\\n" },
        });

        var environment = told.GetProperty("environment").EnumerateObject().ToDictionary(v => v.Name, v => v.Value.GetString(), StringComparer.Ordinal);
        Assert.Empty(environment.Keys.Except(Known, StringComparer.Ordinal));
        Assert.Equal("$(id) \"안녕\" 'x'\\n", environment["GREETING"]);
        Assert.Equal("1", environment["PYTHONUNBUFFERED"]);
    }

    [Fact]
    public async Task It_leads_a_session_of_its_own_in_the_folder_of_its_script()
    {
        await using var test = await SupervisorUnderTest.StartAsync();

        var told = await ProcessAsync(test, new StubApp());

        Assert.Equal(told.GetProperty("id").GetInt32(), told.GetProperty("session").GetInt32());
        Assert.Equal(test.ProcessOf(new StubApp()), told.GetProperty("id").GetInt32());
        Assert.Equal(test.Ground.Folder, told.GetProperty("folder").GetString());
    }

    [Fact]
    public async Task It_is_told_its_port_and_path_and_the_scripts_own_arguments_reach_the_script()
    {
        await using var test = await SupervisorUnderTest.StartAsync();

        var told = await ProcessAsync(test, new StubApp { Arguments = ["--verbose", "$(id); \"two words\""] });

        string[] arguments = [.. told.GetProperty("arguments").EnumerateArray().Select(argument => argument.GetString() ?? "")];
        Assert.Equal(["-m", "streamlit", "run", test.Ground.Script], arguments.Take(4), StringComparer.Ordinal);
        Assert.Contains("--server.address=127.0.0.1", arguments, StringComparer.Ordinal);
        Assert.Contains($"--server.port={test.Ground.Ports.First}", arguments, StringComparer.Ordinal);
        Assert.Contains("--server.baseUrlPath=app/stub", arguments, StringComparer.Ordinal);
        Assert.Equal(["--", "--verbose", "$(id); \"two words\""], arguments.TakeLast(3), StringComparer.Ordinal);
    }

    [Fact]
    public async Task It_leaves_the_processor_to_the_portal_first()
    {
        await using var test = await SupervisorUnderTest.StartAsync();
        await test.ReadyAsync(new StubApp());

        Assert.Equal(NiceOf(Environment.ProcessId) + 5, NiceOf(test.ProcessOf(new StubApp())));

        // proc(5): the 19th field of stat; the name, which may hold blanks, ends with the last parenthesis.
        static int NiceOf(int process) => int.Parse(
            File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1].Split(' ')[16], CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task It_listens_on_this_machine_only()
    {
        await using var test = await SupervisorUnderTest.StartAsync();
        var app = await test.ReadyAsync(new StubApp());
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        var refused = await Assert.ThrowsAsync<SocketException>(
            async () => await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse("127.0.0.2"), app.Port), Cancelled));

        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    [Fact]
    public async Task It_inherits_no_open_file_but_its_log()
    {
        await using var test = await SupervisorUnderTest.StartAsync();
        await test.ReadyAsync(new StubApp());

        var files = Directory.GetFiles($"/proc/{test.ProcessOf(new StubApp())}/fd")
            .Select(file => new FileInfo(file).LinkTarget ?? "").Where(target => target.StartsWith('/'));

        Assert.Equal(["/dev/null", LogOf(test).PipePath], files.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Its_log_is_for_the_portal_alone_and_that_of_the_instance_before_is_kept()
    {
        await using var test = await SupervisorUnderTest.StartAsync();
        var key = SupervisorUnderTest.KeyOf(new StubApp());
        await test.ReadyAsync(new StubApp());
        await Eventually.TrueAsync(() => test.Supervisor.LogTail(key, 10).Count is 1);
        await test.Supervisor.StopAsync(key, "test");
        await test.ReadyAsync(new StubApp());

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(LogOf(test).Path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(LogOf(test).OlderPath));
        Assert.StartsWith("listening on", await File.ReadAllTextAsync(LogOf(test).OlderPath, Cancelled), StringComparison.Ordinal);
    }

    private static async Task<JsonElement> ProcessAsync(SupervisorUnderTest test, StubApp app)
    {
        using var client = SupervisorUnderTest.ClientOf(await test.ReadyAsync(app));
        return await client.ProcessAsync();
    }

    private static InstanceLog LogOf(SupervisorUnderTest test) =>
        InstanceLog.Of(SupervisorUnderTest.KeyOf(new StubApp()), test.Paths.Logs, 0);
}
