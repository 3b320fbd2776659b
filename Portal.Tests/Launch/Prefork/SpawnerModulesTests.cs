using System.Text.Json.Nodes;
using Portal.Web.Launch.Processes;
using Xunit;

namespace Portal.Tests.Launch.Prefork;

/// <summary>What is imported ahead of the instances, and what is not.</summary>
public sealed class SpawnerModulesTests
{
    private const string Waits = "\nimport signal\nwhile True: signal.pause()\n";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_the_configuration_names_is_there_already()
    {
        await using var spawner = await SpawnerUnderTest.WarmAsync(test => test.Streamlit.Write("test_named.py", ""), "test_named");

        var (_, told) = await spawner.ForkAsync();

        Assert.Equal(["test_named"], Loaded(told));
    }

    [Fact]
    public async Task An_edited_app_is_picked_up_by_the_next_instance()
    {
        await using var spawner = await SpawnerUnderTest.WarmAsync(test => test.Streamlit.Script("import helper"));
        var helper = spawner.Ground.PathOf("helper.py");
        await File.WriteAllTextAsync(helper, "print('first')" + Waits, Cancelled);
        await spawner.ForkAsync(order => order["log"] = spawner.Ground.PathOf("first.log"));
        await Eventually.TrueAsync(() => File.ReadAllText(spawner.Ground.PathOf("first.log")).Contains("first", StringComparison.Ordinal));
        await File.WriteAllTextAsync(helper, "print('second edition')" + Waits, Cancelled);

        await spawner.ForkAsync(order => order["log"] = spawner.Ground.PathOf("second.log"));

        await Eventually.TrueAsync(() => File.ReadAllText(spawner.Ground.PathOf("second.log")).Contains("second edition", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_Streamlit_requires_is_there_once_an_instance_had_to_import_it_and_after_a_restart()
    {
        await using var spawner = await SpawnerUnderTest.WarmAsync(test =>
        {
            test.Streamlit.Require("test-lazy");
            test.Streamlit.Write("test_lazy.py", "");
            test.Streamlit.Write("test_other.py", ""); // installed, and no part of Streamlit
            File.WriteAllText(test.Ground.PathOf("test_own.py"), "");
            test.Streamlit.Script("import test_other, test_own, test_lazy" + Waits);
        });
        await spawner.HearAsync("warm");
        var (_, first) = await spawner.ForkAsync();
        await spawner.HearAsync("again");
        await spawner.HearAsync("warm");

        var (_, second) = await spawner.ForkAsync();

        Assert.Empty(Loaded(first));
        Assert.Equal(["test_lazy"], Loaded(second));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(spawner.State));

        spawner.HangUp();
        await spawner.StartAsync();
        await spawner.SayAsync("""{"do": "hello", "protocol": 2}""");
        var (_, third) = await spawner.ForkAsync();
        Assert.Equal(["test_lazy"], Loaded(third));
    }

    [Theory]
    [InlineData("import os; os.abort()", "the process ended, or did not go on, while it was imported")]
    [InlineData("import os; os._exit(0)", "the process ended, or did not go on, while it was imported")]
    [InlineData("import threading, time; threading.Thread(target=time.sleep, args=(60,), daemon=True).start()", "it changes its state in the kernel")]
    [InlineData("import select; loop = select.epoll()", "it changes open files")]
    [InlineData("import os; os.fork() or os._exit(0)", "it changes child processes")]
    [InlineData("import random; mine = random.Random()", "it changes generators of random numbers")]
    [InlineData("import os; mine = os.getpid()", "test_breaks differs from process to process")]
    [InlineData("import secrets; mine = secrets.token_hex()", "test_breaks differs from process to process")]
    [InlineData("print('imported')", "it prints or warns when it is imported")]
    [InlineData("import urllib.parse; urllib.parse.uses_netloc.append('test')", "it changes urllib.parse")]
    [InlineData("import test_unnamed", "it imports test_unnamed, which Streamlit does not require and Preload does not name")]
    public async Task A_module_that_a_fork_would_break_is_left_to_the_instances_and_the_spawner_lives(string module, string why)
    {
        await using var spawner = new SpawnerUnderTest();
        spawner.Streamlit.Write("streamlit/__init__.py", "import urllib.parse");
        spawner.Streamlit.Write("test_breaks.py", module);
        spawner.Streamlit.Write("test_unnamed.py", "");
        spawner.Streamlit.Write("test_harmless.py", "");
        spawner.Streamlit.Write("test_user.py", "import test_breaks");
        await spawner.StartAsync("test_breaks", "test_harmless", "test_user");
        await spawner.SayAsync("""{"do": "hello", "protocol": 2}""");

        Assert.Equal("hello", (string?)(await spawner.HearAsync())["event"]);
        var warm = await spawner.HearAsync();
        var (_, told) = await spawner.ForkAsync();

        Assert.Equal("warm", (string?)warm["event"]); // it did not begin again
        Assert.Equal(why, (string?)warm["denied"]?["test_breaks"]);
        Assert.NotNull(warm["denied"]?["test_user"]);
        Assert.Contains("test_harmless", Loaded(told), StringComparer.Ordinal);
        Assert.Equal("1", SpawnerUnderTest.StatusOf(spawner.Process.Id, "Threads"));
    }

    [Theory]
    [InlineData("import threading, time; threading.Thread(target=time.sleep, args=(60,), daemon=True).start()", "a thread was started")]
    [InlineData("import os; ends = os.pipe()", "was opened")]
    public async Task A_Streamlit_that_a_fork_would_break_is_not_forked(string module, string why)
    {
        await using var spawner = new SpawnerUnderTest();
        spawner.Streamlit.Write("streamlit/__init__.py", module);
        await spawner.StartAsync();

        var failed = await spawner.HearAsync("failed");

        Assert.Contains(why, (string?)failed["why"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PYTHONPATH")]
    [InlineData("pth")]
    public async Task A_Streamlit_that_imports_what_is_not_installed_with_the_interpreter_is_not_forked(string place)
    {
        await using var spawner = new SpawnerUnderTest();
        var shared = Directory.CreateDirectory(spawner.Ground.PathOf("shared")).FullName;
        await File.WriteAllTextAsync(Path.Combine(shared, "corporate.py"), "", Cancelled);
        spawner.Streamlit.Write("streamlit/__init__.py", "import corporate");
        if (place is "pth")
            spawner.Streamlit.Write("editable.pth", shared + "\n");
        else
            spawner.Streamlit.Environment["PYTHONPATH"] = shared;
        await spawner.StartAsync();

        var failed = await spawner.HearAsync("failed");

        Assert.StartsWith("Streamlit imports corporate, which is not installed", (string?)failed["why"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_learned_module_that_a_fork_would_break_touches_no_instance()
    {
        await using var spawner = await SpawnerUnderTest.WarmAsync(test =>
        {
            test.Streamlit.Require("test-threads", "test-settle");
            test.Streamlit.Write("test_threads.py", "import threading, time; threading.Thread(target=time.sleep, args=(60,), daemon=True).start()");
            test.Streamlit.Write("test_settle.py", "");
            test.Streamlit.Script("import test_threads, test_settle" + Waits);
        });
        await spawner.HearAsync("warm");
        var (id, _) = await spawner.ForkAsync();

        var warm = await spawner.HearAsync("warm");
        var (_, told) = await spawner.ForkAsync();

        Assert.NotNull(warm["denied"]?["test_threads"]);
        Assert.Equal(["test_settle"], Loaded(told));
        Assert.Equal("1", SpawnerUnderTest.StatusOf(spawner.Process.Id, "Threads"));
        Posix.Signal(id, Posix.SigKill);
        var exited = await spawner.HearAsync("exited");
        Assert.Equal((id, 9), ((int?)exited["pid"], (int?)exited["signal"]));
    }

    [Theory]
    [InlineData("raise RuntimeError('not here')", "RuntimeError: not here")]
    [InlineData("import sys; sys.exit(3)", "SystemExit: 3")]
    public async Task A_module_whose_import_fails_is_left_to_the_instances(string module, string why)
    {
        await using var spawner = new SpawnerUnderTest();
        spawner.Streamlit.Write("test_fails.py", module);
        await spawner.StartAsync("test_fails", "no.such.module");
        await spawner.SayAsync("""{"do": "hello", "protocol": 2}""");

        var warm = await spawner.HearAsync("warm");

        Assert.Equal(why, (string?)warm["denied"]?["test_fails"]);
        Assert.StartsWith("ModuleNotFoundError", (string?)warm["denied"]?["no"], StringComparison.Ordinal);
        await spawner.ForkAsync();
    }

    [Fact]
    public async Task A_changed_package_replaces_the_spawner_and_not_its_instances()
    {
        await using var spawner = await SpawnerUnderTest.WarmAsync(
            test => test.Streamlit.Write("test_version.py", "raise RuntimeError('broken')"), "test_version");
        var (id, before) = await spawner.ForkAsync();
        Directory.CreateDirectory(Path.Combine(spawner.Streamlit.Packages, "test_version-2.dist-info"));
        spawner.Streamlit.Write("test_version.py", "");

        // The environment is looked at once a second at most.
        IReadOnlyList<string> after = [];
        await Eventually.TrueAsync(async () => (after = Loaded((await spawner.ForkAsync()).Told)).Count > 0);

        Assert.Empty(Loaded(before));
        Assert.Equal(["test_version"], after);
        Assert.True(ProcessTable.Stat(id) is { IsDead: false });
    }

    [Fact]
    public async Task What_it_learned_is_learned_anew_where_the_file_is_broken()
    {
        await using var spawner = await SpawnerUnderTest.WarmAsync(test => File.WriteAllText(test.State, "{\"learned\": 7"));

        await spawner.HearAsync("warm");

        await spawner.ForkAsync();
    }

    private static List<string> Loaded(JsonNode told) =>
        [.. (told["loaded"]?.AsArray() ?? []).Select(one => (string?)one ?? "").Order(StringComparer.Ordinal)];
}
