using System.Diagnostics;
using System.Globalization;
using Portal.Tests.Doubles;
using Portal.Web.Launch;
using Portal.Web.Launch.Processes;
using Xunit;

namespace Portal.Tests.Launch;

/// <summary>A launch that comes to nothing says why and leaves no process.</summary>
public sealed class FailedLaunchTests
{
    [Theory]
    [InlineData("never-listens")]
    [InlineData("unhealthy")]
    [InlineData("never-listens,ignores-term,grandchild")]
    public async Task An_app_that_is_never_ready_is_given_up_after_the_start_timeout(string behaviour)
    {
        await using var test = await SupervisorUnderTest.StartAsync(("StartTimeout", "00:00:00.7"), ("StopTimeout", "00:00:00.2"));

        var failure = await test.FailureAsync(new StubApp(Behaviour: behaviour));

        Assert.Equal(LaunchFailureReason.TimedOut, failure.Reason);
        Assert.Contains(test.Ground.Ports.First.ToString(CultureInfo.InvariantCulture), failure.Detail, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => test.Ground.Processes().Count is 0);
    }

    [Fact]
    public async Task An_app_that_exits_is_noticed_at_once_and_its_last_words_are_kept()
    {
        await using var test = await SupervisorUnderTest.StartAsync(("StartTimeout", "00:01:00"));
        var began = Stopwatch.GetTimestamp();

        var failure = await test.FailureAsync(new StubApp(Behaviour: "exits=5"));

        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0, 30);
        Assert.Equal(LaunchFailureReason.Exited, failure.Reason);
        Assert.Contains("exit code 5", failure.Detail, StringComparison.Ordinal);
        Assert.Equal(["No module named [31mreason[0m", "the last words"], failure.LogTail, StringComparer.Ordinal);
        Assert.Equal(InstanceState.Failed, test.Supervisor.Find(SupervisorUnderTest.KeyOf(new StubApp()))?.State);
    }

    [Fact]
    public async Task What_is_never_ready_in_one_way_is_started_in_the_other_at_once()
    {
        await using var test = await SupervisorUnderTest.StartAsync(starter => new TwoWays(starter));

        await test.ReadyAsync(new StubApp(Behaviour: "exits=5"));

        Assert.Single(test.Ground.Processes());
    }

    [Fact]
    public async Task A_missing_script_is_named()
    {
        await using var test = await SupervisorUnderTest.StartAsync();

        var failure = await test.FailureAsync(new StubApp { Script = test.Ground.PathOf("missing.py") });

        Assert.Equal(LaunchFailureReason.CannotStart, failure.Reason);
        Assert.Contains(test.Ground.PathOf("missing.py"), failure.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/nowhere/python")]
    [InlineData("python-that-is-not-there")]
    [InlineData("/etc/passwd")]
    [InlineData("/tmp")]
    public async Task An_interpreter_that_cannot_be_run_is_named(string interpreter)
    {
        await using var test = await SupervisorUnderTest.StartAsync();

        var failure = await test.FailureAsync(new StubApp { Python = interpreter });

        Assert.Equal(LaunchFailureReason.CannotStart, failure.Reason);
        Assert.Contains(interpreter, failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_place_for_its_log_nothing_is_started()
    {
        await using var test = await SupervisorUnderTest.StartAsync();
        var app = new StubApp();
        Directory.Delete(test.Paths.Logs);
        await File.WriteAllTextAsync(test.Paths.Logs, "in the way", TestContext.Current.CancellationToken);

        var failure = await test.FailureAsync(app);

        Assert.Equal(LaunchFailureReason.CannotStart, failure.Reason);
        Assert.Contains(test.Paths.Logs, failure.Detail, StringComparison.Ordinal);
        Assert.Empty(test.Ground.Processes());

        File.Delete(test.Paths.Logs);
        test.Paths.Create();
        test.Supervisor.ForgetFailure(SupervisorUnderTest.KeyOf(app));
        await test.ReadyAsync(app);
    }

    [Fact]
    public async Task A_failure_is_remembered_and_later_tried_again_for_a_visit()
    {
        await using var test = await SupervisorUnderTest.StartAsync();
        var app = BrokenApp(test.Ground);
        Assert.Equal(LaunchFailureReason.Exited, (await test.FailureAsync(app)).Reason);
        File.Delete(test.Ground.PathOf("broken"));

        Assert.Equal(LaunchFailureReason.Exited, (await test.FailureAsync(app)).Reason);
        test.Time.Shift(TimeSpan.FromSeconds(31));
        Assert.Equal(LaunchFailureReason.Exited, (await test.FailureAsync(app, byPerson: false)).Reason);
        Assert.Equal(1, Starts(test.Ground));

        await test.ReadyAsync(app);
        Assert.Equal(2, Starts(test.Ground));
    }

    [Fact]
    public async Task A_failure_that_is_forgotten_is_tried_again_at_once()
    {
        await using var test = await SupervisorUnderTest.StartAsync();
        var app = BrokenApp(test.Ground);
        await test.FailureAsync(app);
        File.Delete(test.Ground.PathOf("broken"));

        test.Supervisor.ForgetFailure(SupervisorUnderTest.KeyOf(app));

        await test.ReadyAsync(app);
    }

    [Fact]
    public async Task A_failure_is_forgotten_by_itself_when_nobody_can_be_interested_any_more()
    {
        await using var test = await SupervisorUnderTest.StartAsync();
        await test.FailureAsync(new StubApp(Behaviour: "exits=1"));
        Assert.Single(test.Supervisor.List());

        test.Time.Shift(TimeSpan.FromMinutes(11));

        await Eventually.TrueAsync(() => test.Supervisor.List().Count is 0);
    }

    private static StubApp BrokenApp(TestGround ground)
    {
        File.WriteAllText(ground.PathOf("broken"), "");
        return new StubApp
        {
            Environment = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["STUB_BROKEN"] = ground.PathOf("broken"),
                ["STUB_STARTS"] = ground.PathOf("starts"),
            },
        };
    }

    private static int Starts(TestGround ground) => File.ReadLines(ground.PathOf("starts")).Count();

    /// <summary>Starts the app as it is, and without its misbehaviour once it is told that this came to nothing.</summary>
    private sealed class TwoWays(IInstanceStarter starter) : IInstanceStarter
    {
        private bool _isOther;

        public Task<StartResult> StartAsync(StartRequest request, CancellationToken cancellationToken) =>
            starter.StartAsync(_isOther ? request with { App = Harmless(request.App) } : request, cancellationToken);

        public bool TryOtherwise(App app, IInstanceProcess process) => !_isOther && (_isOther = true);

        private static App Harmless(App app) => app with
        {
            Environment = new Dictionary<string, string>(app.Environment, StringComparer.Ordinal) { ["STUB"] = "" },
        };
    }
}
