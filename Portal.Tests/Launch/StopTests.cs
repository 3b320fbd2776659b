using System.Diagnostics;
using System.Net.WebSockets;
using Portal.Tests.Doubles;
using Portal.Web.Launch;
using Portal.Web.Launch.Ports;
using Portal.Web.Launch.Processes;
using Xunit;

namespace Portal.Tests.Launch;

/// <summary>Whatever an instance has started ends with it.</summary>
public sealed class StopTests
{
    private static readonly StubApp App = new();

    private static InstanceKey Key => SupervisorUnderTest.KeyOf(App);

    [Fact]
    public async Task An_app_that_ends_on_request_is_gone_well_before_the_stop_timeout()
    {
        await using var test = await SupervisorUnderTest.StartAsync(("StopTimeout", "00:01:00"));
        await test.ReadyAsync(App);
        var began = Stopwatch.GetTimestamp();

        Assert.True(await test.Supervisor.StopAsync(Key, "test"));

        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0, 30);
        Assert.Empty(test.Ground.Processes());
        Assert.Null(test.Supervisor.Find(Key));
        Assert.False(await test.Supervisor.StopAsync(Key, "test"));
    }

    [Theory]
    [InlineData("ignores-term", 1)]
    [InlineData("grandchild", 2)]
    [InlineData("grandchild,ignores-term", 2)]
    public async Task What_ignores_the_request_is_ended_after_the_stop_timeout_with_all_its_children(string behaviour, int processes)
    {
        await using var test = await SupervisorUnderTest.StartAsync(("StopTimeout", "00:00:00.3"));
        await test.ReadyAsync(new StubApp(Behaviour: behaviour));
        Assert.Equal(processes, test.Ground.Processes().Count);

        await test.Supervisor.StopAsync(Key, "test");

        await Eventually.TrueAsync(() => test.Ground.Processes().Count is 0);
    }

    [Fact]
    public async Task What_has_left_the_session_ends_with_it_and_nothing_of_another_instance_does()
    {
        await using var test = await SupervisorUnderTest.StartAsync();
        await ForkAsync(await test.ReadyAsync(App, "10.0.0.2"));
        var others = test.Ground.Processes();
        var running = await test.ReadyAsync(App);
        await ForkAsync(running);
        Assert.Equal(4, test.Ground.Processes().Count);

        await test.Supervisor.StopAsync(Key, "test");

        Assert.Equal(others.Order(), test.Ground.Processes().Order());
        Assert.Empty(PortListener.On(running.Port));
    }

    [Fact]
    public async Task What_has_left_the_session_of_one_that_died_does_not_keep_its_port()
    {
        await using var test = await SupervisorUnderTest.StartAsync();
        var port = test.Ground.Ports.Registered;
        var first = await test.ReadyAsync(App, port: port);
        await ForkAsync(first);

        Posix.Signal(test.ProcessOf(App), Posix.SigKill);
        await first.Over.WaitAsync(Eventually.Limit, TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.Equal(port, (await test.ReadyAsync(App, port: port)).Port);
        Assert.Single(test.Ground.Processes());
    }

    [Fact]
    public async Task What_has_lowered_its_mark_does_not_keep_the_port_of_one_that_was_stopped()
    {
        const int FileLocks = 10;
        await using var test = await SupervisorUnderTest.StartAsync();
        var running = await test.ReadyAsync(App);
        var instance = test.ProcessOf(App);
        await ForkAsync(running);
        Posix.SetLimit(test.Ground.Processes().Single(id => id != instance), FileLocks, 77);

        await test.Supervisor.StopAsync(Key, "test");

        await Eventually.TrueAsync(() => PortListener.On(running.Port).Count is 0);
    }

    [Fact]
    public async Task Connections_to_one_that_died_end_though_others_have_inherited_them()
    {
        await using var portal = await PortalUnderTest.StartAsync(_ => { });
        var client = portal.ClientFrom(PortalUnderTest.User);
        var process = await client.ProcessIdAsync();
        using var socket = await portal.WebSocketFrom(PortalUnderTest.User, "/app/stub/ws");
        var receiving = socket.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken);
        await client.GetStringAsync(new Uri("/app/stub/fork", UriKind.Relative), TestContext.Current.CancellationToken);

        Posix.Signal(process, Posix.SigKill);

        await Assert.ThrowsAnyAsync<WebSocketException>(() => receiving.WaitAsync(Eventually.Limit, TimeProvider.System, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_is_left_of_one_that_died_while_no_portal_ran_is_ended_by_the_next()
    {
        await using var portal = new PortalUnderTest { Apps = [App] };
        portal.Settings["Portal:Launch:KeepInstances"] = "true";
        using (var process = await portal.StartProcessAsync())
        {
            var client = portal.ClientFrom(PortalUnderTest.User);
            var instance = await client.ProcessIdAsync();
            await client.GetStringAsync(new Uri("/app/stub/fork", UriKind.Relative), TestContext.Current.CancellationToken);
            process.Kill();
            Posix.Signal(instance, Posix.SigKill);
            await Eventually.TrueAsync(() => portal.Ground.Processes().Count is 1);
        }

        await portal.InitializeAsync();

        Assert.Empty(portal.Ground.Processes());
    }

    [Fact]
    public async Task The_children_of_an_instance_that_died_are_ended_before_the_next_begins()
    {
        await using var test = await SupervisorUnderTest.StartAsync();
        var app = new StubApp(Behaviour: "grandchild");
        var first = await test.ReadyAsync(app);
        var before = test.Ground.Processes();

        Posix.Signal(test.ProcessOf(app), Posix.SigKill);
        await test.NextAsync(app, first);

        Assert.Empty(test.Ground.Processes().Intersect(before));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ignores-term,grandchild")]
    public async Task A_launch_can_be_cancelled_and_leaves_nothing(string behaviour)
    {
        await using var test = await SupervisorUnderTest.StartAsync(("StopTimeout", "00:00:00.3"));
        var app = GatedApp(test.Ground, behaviour);
        var waiting = test.FailureAsync(app);
        await Eventually.TrueAsync(() => test.Supervisor.Find(Key)?.ProcessId is not null);

        Assert.True(await test.Supervisor.StopAsync(Key, "test"));

        Assert.Equal(LaunchFailureReason.Stopped, (await waiting).Reason);
        await Eventually.TrueAsync(() => test.Ground.Processes().Count is 0);
    }

    [Fact]
    public async Task What_was_stopped_comes_back_for_a_visit_only()
    {
        await using var test = await SupervisorUnderTest.StartAsync();
        await test.ReadyAsync(App);
        await test.Supervisor.StopAsync(Key, "test");

        Assert.Equal(LaunchFailureReason.Stopped, (await test.FailureAsync(App, byPerson: false)).Reason);
        test.Time.Shift(TimeSpan.FromHours(23));
        Assert.Equal(LaunchFailureReason.Stopped, (await test.FailureAsync(App, byPerson: false)).Reason);

        await test.ReadyAsync(App);
        await test.ReadyAsync(App, byPerson: false);
    }

    [Fact]
    public async Task A_visit_while_it_stops_waits_for_the_next_instance()
    {
        await using var test = await SupervisorUnderTest.StartAsync(("StopTimeout", "00:00:00.5"));
        var app = new StubApp(Behaviour: "ignores-term");
        var first = await test.ReadyAsync(app);
        var process = test.ProcessOf(app);

        var stopping = test.Supervisor.StopAsync(Key, "test");
        var next = await test.ReadyAsync(app);
        await stopping;

        Assert.NotEqual(first, next);
        Assert.NotEqual(process, Assert.Single(test.Ground.Processes()));
    }

    [Fact]
    public async Task The_supervisors_end_is_that_of_all_instances_and_nothing_is_started_after()
    {
        await using var test = await SupervisorUnderTest.StartAsync(("StopTimeout", "00:00:00.3"));
        await test.ReadyAsync(new StubApp("ready"));
        await test.ReadyAsync(new StubApp("stubborn", "ignores-term,grandchild"));
        var starting = test.FailureAsync(GatedApp(test.Ground, "") with { Slug = "starting" });
        await Eventually.TrueAsync(() => test.Ground.Processes().Count is 4);

        await test.Supervisor.StopAsync(CancellationToken.None);

        Assert.Equal(LaunchFailureReason.Stopped, (await starting).Reason);
        Assert.Equal(LaunchFailureReason.Stopped, (await test.FailureAsync(new StubApp("late"))).Reason);
        await Eventually.TrueAsync(() => test.Ground.Processes().Count is 0);
    }

    private static StubApp GatedApp(TestGround ground, string behaviour) => new(Behaviour: behaviour)
    {
        Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["STUB_GATE"] = ground.PathOf("gate") },
    };

    private static async Task ForkAsync(RunningApp app)
    {
        using var client = SupervisorUnderTest.ClientOf(app);
        await client.GetStringAsync(new Uri("/app/stub/fork", UriKind.Relative), TestContext.Current.CancellationToken);
    }
}
