using Portal.Tests.Doubles;
using Portal.Web.Launch;
using Portal.Web.Launch.Processes;
using Xunit;

namespace Portal.Tests.Launch;

/// <summary>What writes the output of an instance, whatever happens to the portal, to it and to the disk.</summary>
public sealed class LogWriterTests
{
    private const int Limit = 1024 * 1024;
    private const int Line = 1024;

    private static readonly StubApp App = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_flood_is_kept_within_the_limit_at_every_moment_and_what_came_last_is_there()
    {
        await using var test = await StartAsync();
        using var client = SupervisorUnderTest.ClientOf(await test.ReadyAsync(App));
        var log = LogIn(test.Paths.Logs);

        var printing = PrintAsync(client, 8_000);
        var largest = 0L;
        while (!printing.IsCompleted)
            largest = Math.Max(largest, SizeOf(log));
        await printing;
        await PrintAsync(client, 3);

        await Eventually.TrueAsync(() => log.Tail(3) is [_, _, var last] && last.Length is Line - 1 && SizeOf(log) > Limit / 2);
        Assert.InRange(largest, 1, Limit);
        Assert.All(new[] { log.Path, log.OlderPath }, file =>
        {
            Assert.InRange(new FileInfo(file).Length, 0, Limit / 2);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        });
    }

    [Fact]
    public async Task It_is_no_part_of_the_instance_and_ends_after_it()
    {
        await using var test = await StartAsync();
        var running = await test.ReadyAsync(App);
        var (log, process) = (LogIn(test.Paths.Logs), test.ProcessOf(App));
        await Eventually.TrueAsync(() => log.IsRead());
        var writers = WritersOf(log);

        Assert.All(writers, id => Assert.NotEqual(process, ProcessTable.Stat(id)?.SessionId));
        Assert.All(writers, id => Assert.False(AppMark.IsOn(id)));
        Assert.NotNull(running);
        await test.Supervisor.StopAsync(SupervisorUnderTest.KeyOf(App), "test");

        await Eventually.TrueAsync(() => WritersOf(log).Count is 0);
        Assert.False(File.Exists(log.PipePath));
        Assert.Single(log.Tail(5));
    }

    [Fact]
    public async Task One_that_was_killed_is_replaced_and_the_instance_goes_on()
    {
        await using var test = await StartAsync();
        using var client = SupervisorUnderTest.ClientOf(await test.ReadyAsync(App));
        var log = LogIn(test.Paths.Logs);
        await Eventually.TrueAsync(() => log.IsRead());

        foreach (var id in WritersOf(log))
            Posix.Signal(id, Posix.SigKill);
        var printing = PrintAsync(client, 3_000);
        await test.KeepLogsAsync();
        await printing;

        await Eventually.TrueAsync(() => log.Tail(1) is [{ Length: Line - 1 }] && SizeOf(log) > Limit / 2);
        Assert.InRange(SizeOf(log), 1, Limit);
    }

    [Fact]
    public async Task It_outlives_a_portal_that_is_killed_and_serves_the_next()
    {
        await using var portal = new PortalUnderTest { Apps = [App] };
        portal.Settings["Portal:Launch:KeepInstances"] = "true";
        portal.Settings["Portal:Launch:MaxLogSize"] = $"{Limit}";
        var log = InstanceLog.Of(new(System.Net.IPAddress.Parse(PortalUnderTest.User), App.Slug), portal.Ground.PathOf("data/logs"), Limit);
        using (var process = await portal.StartProcessAsync())
        {
            var told = await portal.ClientFrom(PortalUnderTest.User).ProcessAsync();
            var port = told.GetProperty("arguments").EnumerateArray().Select(one => one.GetString() ?? "")
                .Single(one => one.StartsWith("--server.port=", StringComparison.Ordinal)).Split('=')[1];
            process.Kill();
            using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = Eventually.Limit };
            await PrintAsync(client, 3_000);
            await Eventually.TrueAsync(() => log.Tail(1) is [{ Length: Line - 1 }] && SizeOf(log) > Limit / 2);
            Assert.InRange(SizeOf(log), 1, Limit);
        }

        await portal.InitializeAsync();
        Assert.True(Assert.Single(portal.InstancesOf(PortalUnderTest.User)).State is InstanceState.Ready);
        await PrintAsync(portal.ClientFrom(PortalUnderTest.User), 3_000);
        Assert.InRange(SizeOf(log), 1, Limit);
        Assert.Single(WritersOf(log));
    }

    [Fact]
    public async Task The_last_words_of_one_that_ends_at_once_are_told()
    {
        await using var test = await StartAsync();

        var failure = await test.FailureAsync(new StubApp(Behaviour: "exits=1"));

        Assert.Contains("the last words", failure.LogTail, StringComparer.Ordinal);
    }

    private static Task<SupervisorUnderTest> StartAsync() => SupervisorUnderTest.StartAsync(("MaxLogSize", $"{Limit}"));

    private static InstanceLog LogIn(string folder) => InstanceLog.Of(SupervisorUnderTest.KeyOf(App), folder, Limit);

    private static Task<string> PrintAsync(HttpClient client, int lines) =>
        client.GetStringAsync(new Uri($"/app/stub/print?lines={lines}", UriKind.Relative), Cancelled);

    /// <summary>The processes that were given the log's name: its shell. What that runs goes by its output.</summary>
    private static List<int> WritersOf(InstanceLog log) =>
        [.. ProcessTable.All().Where(id => ProcessTable.CommandOf(id).Contains(log.PipePath, StringComparer.Ordinal))];

    private static long SizeOf(InstanceLog log) => SizeOf(log.OlderPath) + SizeOf(log.Path);

    private static long SizeOf(string path)
    {
        try
        {
            return new FileInfo(path).Length;
        }
        catch (FileNotFoundException)
        {
            return 0; // in the moment between two files
        }
    }
}
