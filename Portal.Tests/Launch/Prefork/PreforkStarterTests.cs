using Portal.Tests.Doubles;
using Portal.Web.Launch;
using Portal.Web.Launch.Prefork;
using Portal.Web.Launch.Processes;
using Xunit;

namespace Portal.Tests.Launch.Prefork;

public sealed class PreforkStarterTests
{
    [Fact]
    public async Task An_instance_is_a_child_of_the_spawner()
    {
        await using var prefork = new PreforkUnderTest();

        var process = await prefork.StartAsync();

        Assert.True(process.IsAlive);
        var spawner = await prefork.SpawnerAsync();
        Assert.Equal($"{spawner.ProcessId}", SpawnerUnderTest.StatusOf(process.Id, "PPid"));
        Assert.Contains($"Forked by process {spawner.ProcessId}", prefork.Status.Of(prefork.Streamlit.App), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_at_once_are_all_forked_by_the_same()
    {
        await using var prefork = new PreforkUnderTest();

        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => prefork.TryStartAsync()));

        var parents = results.Select(result => SpawnerUnderTest.StatusOf(Assert.IsType<ForkedProcess>(result.Process).Id, "PPid"));
        Assert.Single(parents.Distinct(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("raise SystemExit(7)", 7)]
    [InlineData("raise ValueError()", 1)]
    [InlineData("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", 128 + 11)]
    public async Task The_exit_code_is_that_of_the_instance(string script, int code)
    {
        await using var prefork = new PreforkUnderTest();
        prefork.Streamlit.Script(script);

        var process = await prefork.StartAsync();

        Assert.Equal(code, await process.Exited.WaitAsync(Eventually.Limit, TestContext.Current.CancellationToken));
        Assert.False(process.IsAlive);
    }

    [Fact]
    public async Task An_instance_goes_down_the_ladder()
    {
        await using var prefork = new PreforkUnderTest();
        var process = await prefork.StartAsync();
        Assert.True(AppMark.IsOfInstance(prefork.Mark));
        Assert.Equal(prefork.Mark, AppMark.Of(process.Id));

        Assert.True(await StopLadder.DescendAsync(process, TimeSpan.FromSeconds(10), TimeProvider.System));

        Assert.Equal(128 + Posix.SigTerm, await process.Exited);
    }

    [Fact]
    public async Task An_instance_that_ignores_TERM_is_killed_and_what_it_started_too()
    {
        await using var prefork = new PreforkUnderTest();
        prefork.Streamlit.Script("""
            import os, signal
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            os.fork()
            open(f"child-{os.getpid()}", "w").close()
            while True: signal.pause()
            """);
        var process = await prefork.StartAsync();
        await Eventually.TrueAsync(() => Directory.GetFiles(prefork.Ground.Folder, "child-*").Length is 2);

        Assert.True(await StopLadder.DescendAsync(process, TimeSpan.FromMilliseconds(100), TimeProvider.System));

        Assert.Equal(128 + Posix.SigKill, await process.Exited);
        await Eventually.TrueAsync(() => !ProcessTable.Session(process.Id).Any(id => ProcessTable.Stat(id) is { IsDead: false }));
    }

    [Fact]
    public async Task A_spawner_that_is_killed_takes_no_instance_along_and_is_replaced()
    {
        await using var prefork = new PreforkUnderTest();
        var before = await prefork.StartAsync();
        var killed = await prefork.SpawnerAsync();
        Posix.Signal(killed.ProcessId, Posix.SigKill);

        var after = await prefork.StartAsync();

        Assert.True(before.IsAlive);
        Assert.NotEqual(before.Id, after.Id);
        Assert.NotEqual(killed.ProcessId, (await prefork.SpawnerAsync()).ProcessId);
        Posix.Signal(before.Id, Posix.SigKill);
        Assert.Equal(ProcessIdentity.UnknownExitCode, await before.Exited.WaitAsync(Eventually.Limit, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_app_whose_forked_instance_was_never_ready_is_started_anew_for_a_while()
    {
        await using var prefork = new PreforkUnderTest();
        var forked = await prefork.StartAsync();

        Assert.True(prefork.TryOtherwise(forked));
        var anew = Assert.IsType<DirectProcess>((await prefork.TryStartAsync()).Process);
        Assert.False(prefork.TryOtherwise(anew));

        prefork.Time.Shift(TimeSpan.FromMinutes(11));
        Assert.IsType<ForkedProcess>((await prefork.TryStartAsync()).Process);
    }

    [Fact]
    public async Task A_spawner_that_is_killed_again_and_again_is_given_up_for_a_while()
    {
        await using var prefork = new PreforkUnderTest();
        for (var round = 0; round < 4; round++)
        {
            var spawner = await prefork.SpawnerAsync();
            Posix.Signal(spawner.ProcessId, Posix.SigKill);
            await spawner.Lost;
        }

        var fallen = await prefork.TryStartAsync();
        prefork.Time.Shift(TimeSpan.FromMinutes(2));
        var risen = await prefork.TryStartAsync();

        Assert.IsType<DirectProcess>(fallen.Process);
        Assert.IsType<ForkedProcess>(risen.Process);
    }

    [Fact]
    public async Task A_process_that_has_the_same_id_by_chance_is_not_touched()
    {
        await using var prefork = new PreforkUnderTest();
        var stranger = await prefork.StartAsync();
        var started = Assert.NotNull(ProcessTable.Stat(stranger.Id)).StartTime;
        using var past = new ForkedProcess(new ProcessIdentity(stranger.Id, started - 1), TimeProvider.System);

        Assert.False(past.IsAlive);
        past.Terminate();
        past.Kill();

        await prefork.StartAsync(); // time enough for a signal to arrive
        Assert.True(stranger.IsAlive);
    }

    [Fact]
    public async Task An_interpreter_without_Streamlit_is_started_anew_and_the_reason_known()
    {
        await using var prefork = new PreforkUnderTest();
        var app = new StubApp(Behaviour: "never-listens").On(prefork.Ground);

        var result = await prefork.TryStartAsync(app);

        Assert.IsType<DirectProcess>(result.Process);
        Assert.Contains("cannot run Streamlit", prefork.Status.Of(app), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_Streamlit_is_started_anew_and_the_reason_known()
    {
        await using var prefork = new PreforkUnderTest();
        prefork.Streamlit.Write("streamlit/web/cli.py", "raise ImportError('half installed')");

        var result = await prefork.TryStartAsync();

        Assert.IsType<DirectProcess>(result.Process);
        Assert.Contains("ImportError: half installed", prefork.Status.Of(prefork.Streamlit.App), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_configuration_insists_the_launch_fails_and_says_why()
    {
        await using var prefork = new PreforkUnderTest(LaunchMode.Prefork);
        prefork.Streamlit.Write("streamlit/web/cli.py", "raise ImportError('half installed')");

        var result = await prefork.TryStartAsync();

        Assert.Null(result.Process);
        Assert.Contains("half installed", result.Problem, StringComparison.Ordinal);
        Assert.Contains("Portal:Launch:Mode", result.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_configuration_says_direct_there_is_no_spawner()
    {
        await using var prefork = new PreforkUnderTest(LaunchMode.Direct);

        var result = await prefork.TryStartAsync();

        Assert.IsType<DirectProcess>(result.Process);
        await Eventually.TrueAsync(() => prefork.Ground.Processes() is [var only] && only == result.Process.Id);
    }

    [Fact]
    public async Task A_folder_that_is_too_long_for_a_socket_is_named()
    {
        await using var prefork = new PreforkUnderTest(data: new string('d', 100));

        var result = await prefork.TryStartAsync();

        Assert.IsType<DirectProcess>(result.Process);
        Assert.Contains("choose a shorter Portal:DataDirectory", prefork.Status.Of(prefork.Streamlit.App), StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_the_portal_closes_it_the_instances_stay()
    {
        await using var prefork = new PreforkUnderTest();
        var process = await prefork.StartAsync();
        var spawner = await prefork.SpawnerAsync();

        await prefork.Pool.CloseAsync();

        Assert.True(process.IsAlive);
        Assert.Null(ProcessTable.Stat(spawner.ProcessId));
        Assert.Empty(Directory.GetFiles(prefork.Ground.PathOf("data/prefork"), "*.sock"));
    }
}
