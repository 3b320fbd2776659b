using System.Text.Json.Nodes;
using Portal.Web.Launch.Processes;
using Xunit;

namespace Portal.Tests.Launch.Prefork;

/// <summary>What is imported ahead of the instances, and what is not.</summary>
public sealed class SpawnerModulesTests
{
    private const string Waits = "\nimport signal\nwhile True: signal.pause()\n";

    [Fact]
    public async Task What_the_script_and_its_own_modules_import_is_there_already()
    {
        await using var spawner = await SpawnerUnderTest.WarmAsync(test =>
        {
            foreach (var name in "abcd")
                test.Streamlit.Write($"test_{name}.py", "");
            test.Streamlit.Write("test_package/__init__.py", "");
            test.Streamlit.Write("test_package/part.py", "");
            Directory.CreateDirectory(test.Ground.PathOf("pages"));
            File.WriteAllText(test.Ground.PathOf("helper.py"), "import test_b, main");
            File.WriteAllText(test.Ground.PathOf("pages/1_more.py"), "try:\n  import test_c\nexcept ImportError: pass");
            test.Streamlit.Script("import test_a, helper\nfrom test_package import part\ndef f():\n  import test_d" + Waits);
        });

        var (_, told) = await spawner.ForkAsync();

        Assert.Equal(["test_a", "test_b", "test_c", "test_package", "test_package.part"], Loaded(told));
    }

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
        await File.WriteAllTextAsync(helper, "print('first'); import test_settle" + Waits, TestContext.Current.CancellationToken);
        spawner.Streamlit.Write("test_settle.py", "");
        await spawner.ForkAsync(order => order["log"] = spawner.Ground.PathOf("first.log"));
        await spawner.HearAsync("learned"); // helper is loaded by then, and not told
        await File.WriteAllTextAsync(helper, "print('second edition')" + Waits, TestContext.Current.CancellationToken);

        await spawner.ForkAsync(order => order["log"] = spawner.Ground.PathOf("second.log"));

        await Eventually.TrueAsync(() => File.ReadAllText(spawner.Ground.PathOf("second.log")).Contains("second edition", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_an_instance_had_to_import_is_there_for_the_next_and_after_a_restart()
    {
        await using var spawner = await SpawnerUnderTest.WarmAsync(test =>
        {
            test.Streamlit.Write("test_lazy.py", "");
            test.Streamlit.Script("import importlib; importlib.import_module('test_' + 'lazy')" + Waits);
        });
        var (_, first) = await spawner.ForkAsync();
        while (!File.ReadAllText(spawner.State).Contains("test_lazy", StringComparison.Ordinal))
            await spawner.HearAsync("learned"); // of what was imported before that, perhaps

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
    [InlineData("import threading, time; threading.Thread(target=time.sleep, args=(60,), daemon=True).start()", "it starts or signals a process or a thread")]
    [InlineData("import select; loop = select.epoll()", "it changes open files")]
    [InlineData("import os; os.fork() or os._exit(0)", "it starts or signals a process or a thread")]
    public async Task A_module_that_a_fork_would_break_is_left_to_the_instances_and_the_spawner_lives(string module, string why)
    {
        await using var spawner = new SpawnerUnderTest();
        spawner.Streamlit.Write("test_breaks.py", module);
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
        Assert.Equal(["test_harmless"], Loaded(told));
        Assert.Equal("1", SpawnerUnderTest.StatusOf(spawner.Process.Id, "Threads"));
    }

    [Fact]
    public async Task A_learned_module_that_a_fork_would_break_is_told_and_touches_no_instance()
    {
        await using var spawner = await SpawnerUnderTest.WarmAsync(test =>
        {
            test.Streamlit.Write("test_threads.py", "import threading, time; threading.Thread(target=time.sleep, args=(60,), daemon=True).start()");
            test.Streamlit.Write("test_settle.py", "");
            test.Streamlit.Script("import importlib; importlib.import_module('test_' + 'threads'); importlib.import_module('test_' + 'settle')" + Waits);
        });
        var (id, _) = await spawner.ForkAsync();

        var learned = await spawner.HearAsync("learned");
        while (learned["denied"]?["test_threads"] is null)
            learned = await spawner.HearAsync("learned");
        var (_, told) = await spawner.ForkAsync();

        Assert.Equal(["test_settle"], Loaded(told));
        Assert.True(ProcessTable.Stat(id) is { IsDead: false });
        Assert.Equal("1", SpawnerUnderTest.StatusOf(spawner.Process.Id, "Threads"));
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
        Assert.StartsWith("ModuleNotFoundError", (string?)warm["denied"]?["no.such.module"], StringComparison.Ordinal);
        await spawner.ForkAsync();
    }

    [Fact]
    public async Task A_changed_package_replaces_the_spawner_and_not_its_instances()
    {
        await using var spawner = await SpawnerUnderTest.WarmAsync(test =>
        {
            test.Streamlit.Write("test_version.py", "raise RuntimeError('broken')");
            test.Streamlit.Script("import test_version" + Waits);
        });
        var (id, before) = await spawner.ForkAsync(order => order["argv"] = new JsonArray("run", "/dev/null", "--"));
        Directory.CreateDirectory(Path.Combine(spawner.Streamlit.Packages, "test_version-2.dist-info"));
        spawner.Streamlit.Write("test_version.py", "");

        // The environment is looked at once a second at most.
        IReadOnlyList<string> after = [];
        await Eventually.TrueAsync(async () => (after = Loaded((await spawner.ForkAsync()).Told)).Count > 0);

        Assert.Empty(Loaded(before));
        Assert.Equal(["test_version"], after);
        Assert.NotEqual(0, id);
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
