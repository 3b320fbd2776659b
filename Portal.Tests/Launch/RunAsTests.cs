using System.Net;
using Portal.Data;
using Portal.Tests.Doubles;
using Portal.Tests.Launch.Prefork;
using Portal.Tests.Launch.Processes;
using Portal.Web;
using Portal.Web.Launch;
using Portal.Web.Launch.Prefork;
using Portal.Web.Launch.Processes;
using Xunit;

namespace Portal.Tests.Launch;

/// <summary>Apps run as another user: their code gets at nothing of the portal's, and the portal at all it needs of theirs.</summary>
public sealed class RunAsTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Direct")]
    [InlineData("Prefork")]
    public async Task An_instance_is_that_users_and_has_no_right_beyond(string mode)
    {
        await using var portal = await StartAsync(mode);

        var process = await portal.ClientFrom(PortalUnderTest.User).ProcessAsync();

        var id = process.GetProperty("id").GetInt32();
        var user = AppsUser.Nobody;
        Assert.Equal($"{user.Id}\t{user.Id}\t{user.Id}\t{user.Id}", SpawnerUnderTest.StatusOf(id, "Uid"));
        Assert.Equal($"{user.GroupId}\t{user.GroupId}\t{user.GroupId}\t{user.GroupId}", SpawnerUnderTest.StatusOf(id, "Gid"));
        Assert.Equal($"{user.GroupId}", SpawnerUnderTest.StatusOf(id, "Groups"));
        Assert.All(["CapInh", "CapPrm", "CapEff", "CapAmb"], set => Assert.Equal(new string('0', 16), SpawnerUnderTest.StatusOf(id, set)));
        Assert.Equal("1", SpawnerUnderTest.StatusOf(id, "NoNewPrivs"));
        Assert.Equal(user.Home, process.GetProperty("environment").GetProperty("HOME").GetString());
        Assert.Equal(user.Name, process.GetProperty("environment").GetProperty("USER").GetString());
        Assert.Equal("4096 4096", ProcessLimitsTests.LimitOf(id, "Max open files"));
    }

    [Theory]
    [InlineData("Direct")]
    [InlineData("Prefork")]
    public async Task Its_code_gets_at_nothing_of_the_portals(string mode)
    {
        await using var portal = await StartAsync(mode);
        var paths = portal.Service<PortalPaths>();
        var (client, other) = (portal.ClientFrom(PortalUnderTest.User), portal.ClientFrom(PortalUnderTest.OtherUser));
        await client.ProcessIdAsync();
        await other.ProcessIdAsync();
        var kept = Path.Combine(paths.Keys, "key.xml");
        await File.WriteAllTextAsync(kept, "", Cancelled);
        var logs = Directory.GetFiles(paths.Logs);
        Assert.Equal(2, logs.Length);

        string[] barred =
        [
            paths.Data, Path.Combine(paths.Data, "portal.db"), kept, paths.Control, paths.Prefork, paths.Instances, .. logs,
            $"/proc/{Environment.ProcessId}/environ", $"/proc/{Environment.ProcessId}/fd", $"/proc/{Environment.ProcessId}/mem",
        ];

        foreach (var file in barred)
        {
            Assert.True(File.Exists(file) || Directory.Exists(file), file);
            Assert.Equal((file, "PermissionError"), (file, await TryAsync(file)));
        }

        Assert.Equal("reached", await TryAsync(portal.Ground.Script));

        Task<string> TryAsync(string file) => client.GetStringAsync(new Uri("/app/stub/reach?file=" + file, UriKind.Relative), Cancelled);
    }

    [Theory]
    [InlineData("Direct")]
    [InlineData("Prefork")]
    public async Task Whatever_process_of_that_user_asks_the_portal_is_refused(string mode)
    {
        await using var portal = await StartAsync(mode);
        var client = portal.ClientFrom(PortalUnderTest.User);

        foreach (var how in new[] { "self", "child", "orphan", "thread", "flight" })
        {
            var ask = string.Create(null, $"/app/stub/ask?port={portal.Port}&how={how}");
            Assert.Equal((how, "403"), (how, await client.GetStringAsync(new Uri(ask, UriKind.Relative), Cancelled)));
        }

        using var others = await portal.ClientFrom(PortalUnderTest.Admin).GetAsync(new Uri("/admin/overview", UriKind.Relative), Cancelled);
        Assert.Equal(HttpStatusCode.OK, others.StatusCode);
    }

    [Theory]
    [InlineData("Direct")]
    [InlineData("Prefork")]
    public async Task The_portal_measures_adopts_reads_the_log_of_and_ends_what_is_another_users(string mode)
    {
        await using var portal = await StartAsync(mode, test => test.Settings["Portal:Launch:KeepInstances"] = "true");
        var client = portal.ClientFrom(PortalUnderTest.User);
        var id = await client.ProcessIdAsync();
        Assert.True(ProcessMemory.Of(id) is { Private: > 0 });

        await portal.RestartAsync();

        var again = portal.ClientFrom(PortalUnderTest.User);
        Assert.Equal(id, await again.ProcessIdAsync());
        var instance = Assert.Single(portal.InstancesOf(PortalUnderTest.User));
        await again.GetStringAsync(new Uri("/app/stub/print?lines=1", UriKind.Relative), Cancelled);
        await Eventually.TrueAsync(() => portal.Service<Supervisor>().LogTail(instance.Key, 1) is [['x', ..]]);
        await Eventually.TrueAsync(() => Assert.Single(portal.InstancesOf(PortalUnderTest.User)).Resources is { Private: > 0 });
        Assert.True(await portal.Service<Supervisor>().StopAsync(instance.Key, "the test says so"));
        await Eventually.TrueAsync(() => ProcessTable.Stat(id) is null or { IsDead: true });
    }

    [Fact]
    public async Task What_ran_as_another_user_before_is_not_gone_on_with()
    {
        await using var portal = await StartAsync("Direct", test =>
        {
            test.Settings["Portal:Launch:KeepInstances"] = "true";
            test.Settings["Portal:Launch:RunAs"] = "";
        });
        var before = await portal.ClientFrom(PortalUnderTest.User).ProcessIdAsync();
        Assert.Equal(Posix.UserId, ProcessTable.UserOf(before));
        portal.Settings["Portal:Launch:RunAs"] = AppsUser.Nobody.Name;

        await portal.RestartAsync();

        Assert.Null(ProcessTable.Stat(before) is { IsDead: false } ? before : null);
        Assert.Equal(AppsUser.Nobody.Id, ProcessTable.UserOf(await portal.ClientFrom(PortalUnderTest.User).ProcessIdAsync()));
    }

    [Fact]
    public async Task What_a_spawner_learned_is_kept_where_nobody_else_gets()
    {
        await using var portal = await StartAsync("Prefork");
        await portal.ClientFrom(PortalUnderTest.User).ProcessIdAsync();

        var folder = Assert.Single(Directory.GetDirectories(portal.Service<PortalPaths>().Prefork));
        var state = Path.Combine(folder, "state.json");
        await Eventually.TrueAsync(() => File.Exists(state));

        Assert.Equal(AppsUser.Nobody.Id, Posix.OwnerOf(state));
        Assert.False(await AppsUser.CanAsync("test", "-e", state));
    }

    [Fact]
    public async Task A_spawner_that_names_somebody_elses_process_has_it_touched_by_nobody()
    {
        await using var portal = await StartAsync("Prefork", test => new StandInStreamlit(test.Ground).Write("streamlit/web/cli.py", """
            import json, os, signal
            dumps = json.dumps

            def lie(message, **more):
                if "started" in message and "pid" in message:
                    os.kill(message["pid"], signal.SIGKILL)
                    with open(f"/proc/{os.getppid()}/stat", "rb") as file:
                        started = int(file.read().rpartition(b")")[2].split()[19])
                    message = {**message, "pid": os.getppid(), "started": started}
                return dumps(message, **more)

            json.dumps = lie
            """));

        using var answer = await portal.ClientFrom(PortalUnderTest.User).GetAsync(new Uri("/app/stub/process", UriKind.Relative), Cancelled);

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Contains(
            $"Process {Environment.ProcessId}, which the spawner names, is no instance of it.",
            Assert.Single(portal.InstancesOf(PortalUnderTest.User)).Failure?.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_real_Streamlit_is_forked_as_that_user()
    {
        var python = StreamlitVersion.PythonOf(StreamlitVersion.Current);
        await using var portal = await StartAsync("Prefork", test =>
        {
            File.WriteAllText(test.Ground.Script, "import streamlit as st\nst.write('hello')");
            test.Apps = [new StubApp("stub") { Python = python }];
        });
        var client = portal.ClientFrom(PortalUnderTest.User);

        Assert.Equal("ok", await client.GetStringAsync(new Uri("/app/stub/_stcore/health", UriKind.Relative), Cancelled));

        var instance = Assert.Single(portal.InstancesOf(PortalUnderTest.User));
        var id = Assert.NotNull(instance.ProcessId);
        Assert.StartsWith("Forked by process", portal.Service<PreforkStatus>().Of(instance.App), StringComparison.Ordinal);
        Assert.Equal(AppsUser.Nobody.Id, ProcessTable.UserOf(id));
        Assert.Equal(AppsUser.Nobody.Id, ProcessTable.UserOf(Assert.NotNull(ProcessTable.Stat(id)).ParentId));
        Assert.True(await portal.Service<Supervisor>().StopAsync(instance.Key, "the test says so"));
    }

    [Theory]
    [InlineData("nobody-has-this-name", "no such user")]
    [InlineData("root", "may do everything")]
    [InlineData("0", "may do everything")]
    public void A_user_that_does_not_do_is_told_with_its_key(string user, string why)
    {
        var launch = new LaunchOptionsValidator().Validate(null, new LaunchOptions { RunAs = user });
        var apps = new AppsOptionsValidator().Validate(null, new AppsOptions { Apps = { new AppOptions { Slug = "a", Script = "a.py", RunAs = user } } });

        Assert.StartsWith($"Portal:Launch:RunAs is '{user}'", Assert.Single(launch.Failures ?? []), StringComparison.Ordinal);
        Assert.StartsWith($"Portal:Apps:0:RunAs is '{user}'", Assert.Single(apps.Failures ?? []), StringComparison.Ordinal);
        Assert.Contains(why, launch.FailureMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void The_portals_own_user_is_none_of_the_apps()
    {
        Assert.SkipWhen(Posix.UserId is 0, "Root is refused for another reason.");

        Assert.Contains("whom the portal runs as", SystemUser.WhyUnfit($"{Posix.UserId}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_app_may_have_a_user_of_its_own()
    {
        var own = SystemUser.Find("daemon");
        Assert.SkipWhen(own is null, "This machine has no user daemon.");
        await using var portal = await StartAsync("Direct", test => test.Settings["Portal:Apps:0:RunAs"] = $"{own.Id}");

        var id = await portal.ClientFrom(PortalUnderTest.User).ProcessIdAsync();

        Assert.Equal(own.Id, ProcessTable.UserOf(id));
        Assert.Equal(2, portal.Service<AppCatalog>().Users.Count);
    }

    /// <summary>Streamlit's stand-in, running the stub, as <see cref="AppsUser.Nobody"/>.</summary>
    private static Task<PortalUnderTest> StartAsync(string mode, Action<PortalUnderTest>? configure = null) =>
        PortalUnderTest.StartAsync(portal => Configure(portal, mode, configure));

    internal static void Configure(PortalUnderTest portal, string mode, Action<PortalUnderTest>? configure = null)
    {
        var streamlit = new StandInStreamlit(portal.Ground);
        streamlit.Write("streamlit/__main__.py", "from streamlit.web import cli\ncli.main(prog_name='streamlit')");
        streamlit.Script($"""
            import runpy, sys
            sys.path.insert(0, '{TestGround.Doubles}')
            runpy.run_path('{TestGround.Doubles}/stub.py')
            """);
        portal.Apps =
        [
            new StubApp("stub") { Python = StandInStreamlit.Python, Environment = streamlit.Environment },
            new StubApp("admins") { Roles = [Role.Admin] },
        ];
        portal.Settings["Portal:Launch:Mode"] = mode;
        portal.Settings["Portal:Launch:RunAs"] = AppsUser.Nobody.Name;
        configure?.Invoke(portal);
        AppsUser.Invite(portal.Ground);
    }
}
