using System.Text.Json.Nodes;
using Portal.Web.Launch.Processes;
using Xunit;

namespace Portal.Tests.Launch.Prefork;

/// <summary>A forked instance is what a process of its own would be.</summary>
public sealed class SpawnedInstanceTests
{
    [Fact]
    public async Task It_leads_a_session_of_its_own()
    {
        await using var spawner = await SpawnerUnderTest.WarmAsync();

        var (id, _) = await spawner.ForkAsync();

        Assert.Equal(id, ProcessTable.Stat(id)?.SessionId);
    }

    [Fact]
    public async Task It_is_called_as_Streamlit_would_be()
    {
        await using var spawner = await SpawnerUnderTest.WarmAsync();

        var (id, told) = await spawner.ForkAsync();

        List<string> arguments = [.. (told["argv"]?.AsArray() ?? []).Select(one => (string?)one ?? "")];
        Assert.Equal([Path.Combine(spawner.Streamlit.Packages, "streamlit", "__main__.py"), "run", spawner.Ground.Script, "--flag=1"], arguments);
        Assert.Equal(spawner.Ground.Folder, (string?)told["path"]);
        Assert.Equal(arguments[0], (string?)told["main"]);
        Assert.Equal("stand-in", ProcessTable.NameOf(id));
        Assert.StartsWith(
            $"{StandInStreamlit.Python}\0-m\0streamlit\0run\0{spawner.Ground.Script}\0--flag=1", await File.ReadAllTextAsync($"/proc/{id}/cmdline", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_has_the_environment_of_its_order_and_what_the_start_of_an_interpreter_adds()
    {
        await using var spawner = await SpawnerUnderTest.WarmAsync();

        var (_, told) = await spawner.ForkAsync(order => order["env"]?.AsObject().Add("ITS_OWN", "ä b"));

        var names = told["env"]?.AsObject().Select(one => one.Key).Order(StringComparer.Ordinal);
        Assert.Equal(
            [.. spawner.Streamlit.Environment.Keys.Append("ITS_OWN").Append("LC_CTYPE").Order(StringComparer.Ordinal)], names,
            StringComparer.Ordinal);
        Assert.Equal("ä b", (string?)told["env"]?["ITS_OWN"]);
    }

    [Fact]
    public async Task It_works_in_its_folder_with_the_umask_of_its_spawners_starter()
    {
        await using var spawner = await SpawnerUnderTest.WarmAsync();
        var folder = Directory.CreateDirectory(spawner.Ground.PathOf("elsewhere")).FullName;

        var (id, told) = await spawner.ForkAsync(order => order["cwd"] = folder);

        Assert.Equal(folder, (string?)told["cwd"]);
        Assert.Equal(SpawnerUnderTest.StatusOf(Environment.ProcessId, "Umask"), SpawnerUnderTest.StatusOf(id, "Umask"));
    }

    [Fact]
    public async Task It_has_no_descriptors_but_its_log()
    {
        await using var spawner = await SpawnerUnderTest.WarmAsync();
        await spawner.ForkAsync();

        var (id, _) = await spawner.ForkAsync(order => order["log"] = spawner.Ground.PathOf("its.log"));

        // A moment long it has its script open too.
        var log = spawner.Ground.PathOf("its.log");
        await Eventually.TrueAsync(() => Files() is ["/dev/null", var output, var errors]
            && string.Equals(output, log, StringComparison.Ordinal) && string.Equals(errors, log, StringComparison.Ordinal));

        List<string> Files() =>
            [.. Directory.GetFiles($"/proc/{id}/fd").Order(StringComparer.Ordinal).Select(file => new FileInfo(file).LinkTarget ?? "")];
    }

    [Fact]
    public async Task Its_log_is_appended_to()
    {
        await using var spawner = await SpawnerUnderTest.WarmAsync();
        var log = spawner.Ground.PathOf("kept.log");
        await File.WriteAllTextAsync(log, "{\"before\": 1}\n", TestContext.Current.CancellationToken);

        var (_, first) = await spawner.ForkAsync(order => order["log"] = log);

        Assert.Equal(1, (int?)first["before"]);
        await Eventually.TrueAsync(() => File.ReadAllLines(log).Length is 2);
    }

    [Fact]
    public async Task It_keeps_to_the_limits_of_its_order()
    {
        await using var spawner = await SpawnerUnderTest.WarmAsync();

        var (id, _) = await spawner.ForkAsync(order => order["limits"] = new JsonObject
        {
            ["NOFILE"] = new JsonArray(123, 456),
            ["CORE"] = new JsonArray(0, 0),
        });

        var limits = await File.ReadAllLinesAsync($"/proc/{id}/limits", TestContext.Current.CancellationToken);
        Assert.Contains(limits, line => line.StartsWith("Max open files            123                  456 ", StringComparison.Ordinal));
        Assert.Contains(limits, line => line.StartsWith("Max core file size        0                    0 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Its_signals_are_those_of_a_Python_that_starts()
    {
        await using var spawner = await SpawnerUnderTest.WarmAsync(
            test => test.Streamlit.Write("test_signals.py", """
                import signal
                signal.signal(signal.SIGTERM, lambda *_: None)
                signal.signal(signal.SIGHUP, signal.SIG_IGN)
                signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
                """), "test_signals");

        var (id, _) = await spawner.ForkAsync();

        Assert.Equal("0000000000000000", SpawnerUnderTest.StatusOf(id, "SigBlk"));
        Assert.Equal("0000000001001000", SpawnerUnderTest.StatusOf(id, "SigIgn")); // PIPE and XFSZ
        Assert.Equal("0000000000000002", SpawnerUnderTest.StatusOf(id, "SigCgt").Replace("00000001", "00000000", StringComparison.Ordinal)); // INT; libc's own
    }

    [Fact]
    public async Task Chance_is_not_shared()
    {
        await using var spawner = await SpawnerUnderTest.WarmAsync();

        var (_, one) = await spawner.ForkAsync();
        var (_, other) = await spawner.ForkAsync();

        Assert.NotEqual((double?)one["random"], (double?)other["random"]);
    }

    [Fact]
    public async Task What_it_was_forked_with_is_left_alone_by_the_collector()
    {
        await using var spawner = await SpawnerUnderTest.WarmAsync();

        var (_, told) = await spawner.ForkAsync();

        Assert.True((int?)told["frozen"] > 1000);
        Assert.True((bool?)told["collects"]);
    }

    [Fact]
    public async Task The_spawner_has_one_thread()
    {
        await using var spawner = await SpawnerUnderTest.WarmAsync();

        await spawner.ForkAsync();

        Assert.Equal("1", SpawnerUnderTest.StatusOf(spawner.Process.Id, "Threads"));
    }
}
