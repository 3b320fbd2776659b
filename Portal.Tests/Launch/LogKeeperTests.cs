using Portal.Tests.Doubles;
using Portal.Web.Launch;
using Xunit;

namespace Portal.Tests.Launch;

/// <summary>Logs that are old, and a disk that is full of them.</summary>
public sealed class LogKeeperTests
{
    private static readonly StubApp App = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_log_is_kept_for_some_days_and_as_long_as_its_instance_runs()
    {
        await using var test = await SupervisorUnderTest.StartAsync(("LogRetention", "2.00:00:00"));
        await test.ReadyAsync(App);
        var (running, old, recent, other) = (LogOf(test), Write(test, "old_10.0.0.9.log.1"), Write(test, "recent_10.0.0.9.log"), Write(test, "notes.txt"));
        foreach (var file in new[] { running, old, other })
            File.SetLastWriteTimeUtc(file, test.Time.GetUtcNow().UtcDateTime.AddDays(-3));
        File.SetLastWriteTimeUtc(recent, test.Time.GetUtcNow().UtcDateTime.AddDays(-1));

        await test.KeepLogsAsync();

        await Eventually.TrueAsync(() => !File.Exists(old));
        Assert.All(new[] { running, recent, other }, file => Assert.True(File.Exists(file), file));
    }

    [Fact]
    public async Task On_a_full_disk_old_logs_give_way_people_go_on_and_newcomers_are_let_in()
    {
        await using var test = await SupervisorUnderTest.StartAsync();
        if (!await MountAsync(test.Paths.Logs))
            Assert.Skip("A small disk of the test's own takes root's rights, or a system that lets it mount one.");
        try
        {
            var (first, newcomer, next) = (App, new StubApp("newcomer"), new StubApp("next"));
            var running = await test.ReadyAsync(first);
            var old = Write(test, "old_10.0.0.9.log");
            await test.KeepLogsAsync();
            await Eventually.TrueAsync(() => !File.Exists(old));

            var filler = Fill(Path.Combine(test.Paths.Logs, "filler"));
            await test.ReadyAsync(newcomer);
            Assert.Empty(test.Supervisor.LogTail(SupervisorUnderTest.KeyOf(newcomer), 5));
            Assert.Same(running, await test.ReadyAsync(first));
            Assert.Equal(2, test.Ground.Processes().Count);

            File.Delete(filler);
            await test.ReadyAsync(next);
            await Eventually.TrueAsync(() => test.Supervisor.LogTail(SupervisorUnderTest.KeyOf(next), 5).Count is 1);
            foreach (var app in new[] { first, newcomer, next })
                await test.Supervisor.StopAsync(SupervisorUnderTest.KeyOf(app), "the test is over");
        }
        finally
        {
            Assert.True(await RunAsync("umount", "--lazy", test.Paths.Logs));
        }
    }

    private static Task<bool> MountAsync(string folder) =>
        RunAsync("mount", "-t", "tmpfs", "-o", "size=256k,mode=0700", "tmpfs", folder);

    private static async Task<bool> RunAsync(string command, params string[] arguments)
    {
        return (await Tool.RunAsync(command, arguments)).ExitCode is 0;
    }

    private static string Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
                file.Write(new byte[1024]);
        }
        catch (IOException)
        {
            return path; // full
        }
    }

    private static string Write(SupervisorUnderTest test, string name)
    {
        var path = Path.Combine(test.Paths.Logs, name);
        File.WriteAllText(path, "text");
        return path;
    }

    private static string LogOf(SupervisorUnderTest test) =>
        InstanceLog.Of(SupervisorUnderTest.KeyOf(App), test.Paths.Logs, 0).Path;
}
