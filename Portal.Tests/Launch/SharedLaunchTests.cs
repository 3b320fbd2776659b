using Portal.Tests.Doubles;
using Portal.Web.Launch;
using Portal.Web.Launch.Processes;
using Xunit;

namespace Portal.Tests.Launch;

/// <summary>One launch for all who ask for the same instance, and an instance for each who asks for another.</summary>
public sealed class SharedLaunchTests
{
    [Fact]
    public async Task Fifty_who_ask_at_once_get_one_process()
    {
        await using var test = await SupervisorUnderTest.StartAsync();
        var app = GatedApp(test.Ground);

        var asked = Enumerable.Range(0, 50).Select(i => Task.Run(() => test.ReadyAsync(app, byPerson: i % 2 is 0))).ToList();
        OpenGate(test.Ground);
        var answers = await Task.WhenAll(asked);

        Assert.Single(answers.Select(answer => answer.Authority).Distinct(StringComparer.Ordinal));
        Assert.Equal(test.ProcessOf(app), int.Parse(Assert.Single(Starts(test.Ground)), null));
    }

    [Fact]
    public async Task Who_goes_away_gives_up_only_their_own_waiting()
    {
        await using var test = await SupervisorUnderTest.StartAsync();
        var app = GatedApp(test.Ground);
        using var impatience = new CancellationTokenSource();
        var impatient = test.OpenAsync(app, waiting: impatience.Token);
        var patient = test.ReadyAsync(app);

        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        OpenGate(test.Ground);

        await patient;
        Assert.Single(Starts(test.Ground));
    }

    [Fact]
    public async Task A_launch_goes_on_when_all_who_waited_have_gone()
    {
        await using var test = await SupervisorUnderTest.StartAsync();
        var app = GatedApp(test.Ground);
        using var impatience = new CancellationTokenSource();
        var impatient = test.OpenAsync(app, waiting: impatience.Token);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);

        OpenGate(test.Ground);

        await Eventually.TrueAsync(() => test.Supervisor.Find(SupervisorUnderTest.KeyOf(app))?.State is InstanceState.Ready);
    }

    [Fact]
    public async Task After_the_grace_period_the_answer_is_that_it_still_starts()
    {
        await using var test = await SupervisorUnderTest.StartAsync(("GracePeriod", "00:00:00.05"));
        var app = GatedApp(test.Ground);

        Assert.IsType<LaunchResult.Starting>(await test.OpenAsync(app));
        Assert.IsType<LaunchResult.Starting>(await test.OpenAsync(app, byPerson: false));

        OpenGate(test.Ground);
        await Eventually.TrueAsync(async () => await test.OpenAsync(app) is LaunchResult.Ready);
        Assert.Single(Starts(test.Ground));
    }

    [Fact]
    public async Task Two_clients_and_two_apps_get_a_process_each()
    {
        await using var test = await SupervisorUnderTest.StartAsync();
        var (one, other) = (new StubApp("one"), new StubApp("other"));

        await Task.WhenAll(test.ReadyAsync(one), test.ReadyAsync(other), test.ReadyAsync(one, "10.0.0.2"), test.ReadyAsync(one, "2001:db8::1"));

        Assert.Equal(4, test.Supervisor.List().Select(status => status.ProcessId).Distinct().Count());
        Assert.Equal(4, test.Supervisor.List().Select(status => status.Port).Distinct().Count());
        Assert.Equal(4, test.Ground.Processes().Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_instance_that_died_is_replaced_for_the_next_who_asks(bool byPerson)
    {
        await using var test = await SupervisorUnderTest.StartAsync();
        var app = new StubApp();
        var first = await test.ReadyAsync(app);
        var process = test.ProcessOf(app);

        Posix.Signal(process, Posix.SigKill);
        await Eventually.TrueAsync(() => test.Supervisor.FindAlive(first.Authority) is null);
        await test.NextAsync(app, first, byPerson);

        Assert.NotEqual(process, test.ProcessOf(app));
    }

    [Fact]
    public async Task More_instances_than_allowed_are_refused_until_one_ends()
    {
        await using var test = await SupervisorUnderTest.StartAsync(("MaxInstances", "2"));
        await Task.WhenAll(test.ReadyAsync(new StubApp("one")), test.ReadyAsync(new StubApp("two")));

        var failure = await test.FailureAsync(new StubApp("three"));
        Assert.Equal(LaunchFailureReason.Full, failure.Reason);
        Assert.Contains("Portal:Launch:MaxInstances", failure.Detail, StringComparison.Ordinal);

        await test.Supervisor.StopAsync(SupervisorUnderTest.KeyOf(new StubApp("one")), "test");
        test.Time.Shift(TimeSpan.FromSeconds(2));
        await test.ReadyAsync(new StubApp("three"));
        Assert.Equal(2, test.Ground.Processes().Count);
    }

    private static StubApp GatedApp(TestGround ground) => new()
    {
        Environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["STUB_GATE"] = ground.PathOf("gate"),
            ["STUB_STARTS"] = ground.PathOf("starts"),
        },
    };

    private static void OpenGate(TestGround ground) => File.WriteAllText(ground.PathOf("gate"), "");

    private static IEnumerable<string> Starts(TestGround ground) => File.ReadLines(ground.PathOf("starts"));
}
