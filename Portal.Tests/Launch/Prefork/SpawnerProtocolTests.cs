using Portal.Tests.Doubles;
using Portal.Web.Launch.Prefork;
using Portal.Web.Launch.Processes;
using Xunit;

namespace Portal.Tests.Launch.Prefork;

public sealed class SpawnerProtocolTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_begins_with_its_version_and_tells_when_it_is_warm()
    {
        await using var spawner = new SpawnerUnderTest();
        await spawner.StartAsync();

        var hello = await spawner.HearAsync();
        Assert.Equal("hello", (string?)hello["event"]);
        Assert.Equal(2, (int?)hello["protocol"]);
        Assert.Equal(spawner.Process.Id, (int?)hello["pid"]);
        var warm = await spawner.HearAsync();
        Assert.Equal("warm", (string?)warm["event"]);
        Assert.True((int?)warm["modules"] > 50);
    }

    [Theory]
    [InlineData("""{"do": "hello", "protocol": 1}""")]
    [InlineData("""{"do": "hello"}""")]
    [InlineData("""{"do": "fork", "id": 1}""")]
    public async Task A_portal_of_another_version_ends_it(string first)
    {
        await using var spawner = new SpawnerUnderTest();
        await spawner.StartAsync();
        await spawner.SayAsync(first);

        var failed = await spawner.HearAsync("failed");

        Assert.Contains("protocol 2 is spoken here", (string?)failed["why"], StringComparison.Ordinal);
        Assert.NotEqual(0, await spawner.Process.ExitCodeAsync());
    }

    [Theory]
    [InlineData("not JSON at all", "the line is no JSON object")]
    [InlineData("[1, 2]", "the line is no JSON object")]
    [InlineData("\u0001\u0002", "the line is no JSON object")]
    [InlineData("""{"do": "dance", "id": 7}""", "unknown command 'dance'")]
    [InlineData("{}", "unknown command None")]
    [InlineData("""{"do": "fork", "id": 8}""", "argv is not as the protocol has it")]
    public async Task What_it_does_not_understand_is_answered_and_the_next_request_served(string line, string answer)
    {
        await using var spawner = await SpawnerUnderTest.WarmAsync();
        await spawner.SayAsync(line);

        var reply = await spawner.HearReplyAsync();

        Assert.Contains(answer, (string?)reply["error"], StringComparison.Ordinal);
        await spawner.ForkAsync();
    }

    [Fact]
    public async Task A_line_without_an_end_ends_it()
    {
        await using var spawner = await SpawnerUnderTest.WarmAsync();
        await spawner.SayAsync(new string('x', (1024 * 1024) + 1), end: "");

        var failed = await spawner.HearAsync("failed");

        Assert.Contains("longer than 1 MiB", (string?)failed["why"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_requests_at_once_are_both_served()
    {
        await using var spawner = await SpawnerUnderTest.WarmAsync();
        var (one, other) = (spawner.Order("one.log"), spawner.Order("other.log"));
        await spawner.AskAsync(one);
        await spawner.AskAsync(other);

        var (first, second) = (await spawner.HearReplyAsync(), await spawner.HearReplyAsync());

        Assert.Equal((int?)one["id"], (int?)first["id"]);
        Assert.Equal((int?)other["id"], (int?)second["id"]);
        Assert.NotEqual((int?)first["pid"], (int?)second["pid"]);
    }

    [Fact]
    public async Task An_instance_is_named_by_its_id_and_the_time_it_began()
    {
        await using var spawner = await SpawnerUnderTest.WarmAsync();
        await spawner.AskAsync(spawner.Order());

        var reply = await spawner.HearReplyAsync();

        var id = Assert.NotNull((int?)reply["pid"]);
        Assert.Equal(ProcessTable.Stat(id)?.StartTime, (long?)reply["started"]);
    }

    [Fact]
    public async Task The_exit_code_of_an_instance_is_reported()
    {
        await using var spawner = await SpawnerUnderTest.WarmAsync(test => test.Streamlit.Script("import sys; sys.exit(7)"));
        var (id, _) = await spawner.ForkAsync();

        var exited = await spawner.HearAsync("exited");

        Assert.Equal(id, (int?)exited["pid"]);
        Assert.Equal(7, (int?)exited["code"]);
        Assert.Null(exited["signal"]);
    }

    [Fact]
    public async Task The_signal_that_ended_an_instance_is_reported()
    {
        await using var spawner = await SpawnerUnderTest.WarmAsync();
        var (id, _) = await spawner.ForkAsync();
        Posix.Signal(id, Posix.SigKill);

        var exited = await spawner.HearAsync("exited");

        Assert.Equal(id, (int?)exited["pid"]);
        Assert.Equal(9, (int?)exited["signal"]);
        Assert.Null(exited["code"]);
    }

    [Fact]
    public async Task What_keeps_an_instance_from_beginning_is_told()
    {
        await using var spawner = await SpawnerUnderTest.WarmAsync();
        var order = spawner.Order();
        order["cwd"] = "/nowhere";
        await spawner.AskAsync(order);

        var reply = await spawner.HearReplyAsync();

        Assert.StartsWith("FileNotFoundError", (string?)reply["error"], StringComparison.Ordinal);
        Assert.Equal((int?)order["id"], (int?)reply["id"]);
        await spawner.ForkAsync();
    }

    [Fact]
    public async Task Without_a_file_for_its_output_there_is_no_instance()
    {
        await using var spawner = await SpawnerUnderTest.WarmAsync();
        await spawner.SayAsync(spawner.Order().ToJsonString());

        var reply = await spawner.HearReplyAsync();

        Assert.Contains("no file for its output", (string?)reply["error"], StringComparison.Ordinal);
        await spawner.ForkAsync();
    }

    [Fact]
    public async Task It_ends_with_the_connection_and_its_instances_live_on()
    {
        await using var spawner = await SpawnerUnderTest.WarmAsync();
        var (id, _) = await spawner.ForkAsync();
        spawner.HangUp();

        var exitCode = await spawner.Process.ExitCodeAsync();

        Assert.Equal(0, exitCode);
        Assert.True(ProcessTable.Stat(id) is { IsDead: false });
    }

    [Fact]
    public async Task Without_Streamlit_it_says_so_and_ends()
    {
        await using var spawner = new SpawnerUnderTest();
        spawner.Streamlit.Write("streamlit/web/cli.py", "import no_such_module");
        await spawner.StartAsync();

        var failed = await spawner.HearAsync("failed");

        Assert.Contains("No module named 'no_such_module'", (string?)failed["why"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_else_comes_to_the_portals_socket_is_turned_away(bool isOfTheSameUser)
    {
        const string Connect = "s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); print(s.recv(9), flush=True)";
        using var ground = new OpenGround();
        using var listener = PrivateSocket.Listen(ground.Socket, backlog: 1);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        ground.OpenToAll();
        var user = isOfTheSameUser ? OpenGround.Nobody : Posix.UserId;
        var session = isOfTheSameUser ? 1 : Assert.NotNull(ProcessTable.Stat(Environment.ProcessId)).SessionId;
        var accepting = SpawnerConnection.AcceptAsync(listener, session, user, enough.Token);

        using var stranger = ground.StartAsNobody(Connect);
        Assert.Equal("b''", await stranger.LineAsync());
        Assert.False(accepting.IsCompleted);

        await stranger.ExitCodeAsync();
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => accepting);
    }

    [Fact]
    public async Task A_spawner_does_not_serve_another_user()
    {
        using var ground = new OpenGround();
        using var stranger = ground.StartAsNobody(
            "s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(); print('listening', flush=True); print(s.accept()[0].recv(99), flush=True)");
        Assert.Equal("listening", await stranger.LineAsync());

        var spawner = await Tool.RunAsync(
            StandInStreamlit.Python, Spawner.Program, ground.Socket, Path.Combine(ground.Folder, "state.json"), Path.Combine(ground.Folder, "main.py"));

        Assert.Equal(1, spawner.ExitCode);
        Assert.Contains($"belongs to user {OpenGround.Nobody}", spawner.StandardError, StringComparison.Ordinal);
        Assert.Equal("b''", await stranger.LineAsync());
        await stranger.ExitCodeAsync();
    }

    /// <summary>A folder that another user may enter, and processes of that user's.</summary>
    private sealed class OpenGround : IDisposable
    {
        public const int Nobody = 65534;

        public OpenGround()
        {
            if (!Environment.IsPrivilegedProcess)
                Assert.Skip("To be another user takes root's rights.");
            const UnixFileMode Anyone = (UnixFileMode)0x1FF; // rwxrwxrwx
            File.SetUnixFileMode(Folder, Anyone);
        }

        public string Folder { get; } = Directory.CreateTempSubdirectory("portal-test-").FullName;

        public string Socket => Path.Combine(Folder, "socket");

        public void OpenToAll() => File.SetUnixFileMode(Socket, (UnixFileMode)0x1FF);

        public RunningCommand StartAsNobody(string python) => new(
        [
            "setpriv", "--reuid", $"{Nobody}", "--regid", $"{Nobody}", "--clear-groups",
            StandInStreamlit.Python, "-c", "import socket, sys; " + python, Socket,
        ]);

        public void Dispose() => Directory.Delete(Folder, recursive: true);
    }
}
