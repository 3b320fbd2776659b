using Microsoft.Extensions.Time.Testing;
using Portal.Tests.Doubles;
using Portal.Web.Launch;
using Xunit;

namespace Portal.Tests.Launch;

public sealed class IdleTests
{
    [Fact]
    public async Task Who_is_not_used_is_stopped_and_who_has_a_request_under_way_is_kept()
    {
        await using var test = await SupervisorUnderTest.StartAsync(("IdleTimeout", "00:10:00"));
        var (used, idle) = (new StubApp("used"), new StubApp("idle"));
        var uploading = await test.ReadyAsync(used);
        uploading.Usage.Enter(InstanceUse.Request);
        await test.ReadyAsync(idle);

        test.Time.Shift(TimeSpan.FromMinutes(11));

        await Eventually.TrueAsync(() => test.Supervisor.Find(SupervisorUnderTest.KeyOf(idle)) is null);
        Assert.Equal(test.ProcessOf(used), Assert.Single(test.Ground.Processes()));

        uploading.Usage.Leave(InstanceUse.Request);
        test.Time.Shift(TimeSpan.FromMinutes(9));
        await test.ReadyAsync(idle);
        test.Time.Shift(TimeSpan.FromMinutes(2));

        await Eventually.TrueAsync(() => test.Supervisor.Find(SupervisorUnderTest.KeyOf(used)) is null);
        Assert.Equal(test.ProcessOf(idle), Assert.Single(test.Ground.Processes()));
    }

    [Fact]
    public async Task Who_says_that_they_are_at_work_keeps_their_instance_for_as_long_again()
    {
        await using var test = await SupervisorUnderTest.StartAsync(("IdleTimeout", "00:10:00"));
        var app = new StubApp();
        var key = SupervisorUnderTest.KeyOf(app);
        await test.ReadyAsync(app);

        test.Time.Shift(TimeSpan.FromMinutes(9));
        Assert.InRange(test.Supervisor.IdleOf(key).StopsIn ?? default, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        var kept = test.Supervisor.KeepWorking(key);
        test.Time.Shift(TimeSpan.FromMinutes(9));

        Assert.InRange(kept.StopsIn ?? default, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10));
        Assert.True(test.Supervisor.IdleOf(key).Runs);

        test.Time.Shift(TimeSpan.FromMinutes(2));

        await Eventually.TrueAsync(() => test.Supervisor.IdleOf(key) is { Runs: false, StopsIn: null, End.Reason: LaunchFailureReason.Idle });
        Assert.Equal(test.Supervisor.IdleOf(key), test.Supervisor.KeepWorking(key));
    }

    [Theory]
    [InlineData(nameof(InstanceUse.Socket))]
    [InlineData(nameof(InstanceUse.Poll))]
    public async Task A_page_that_is_merely_open_keeps_nothing(string use)
    {
        await using var test = await SupervisorUnderTest.StartAsync(("IdleTimeout", "00:10:00"));
        var app = new StubApp();
        var open = await test.ReadyAsync(app);
        open.Usage.Enter(Enum.Parse<InstanceUse>(use));

        test.Time.Shift(TimeSpan.FromMinutes(11));

        await Eventually.TrueAsync(() => test.Ground.Processes().Count is 0);
        Assert.Equal(LaunchFailureReason.Idle, (await test.FailureAsync(app, byPerson: false)).Reason);
    }

    [Theory]
    [InlineData(nameof(InstanceUse.Request), 3)]
    [InlineData(nameof(InstanceUse.Socket), 0)]
    [InlineData(nameof(InstanceUse.Poll), 0)]
    public void Only_a_persons_request_moves_the_last_activity(string name, int expected)
    {
        var use = Enum.Parse<InstanceUse>(name);
        var time = new FakeTimeProvider();
        var usage = new InstanceUsage(time);
        var start = usage.LastActivity;

        time.Advance(TimeSpan.FromSeconds(1));
        usage.Enter(use);
        time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(TimeSpan.FromSeconds(3 - expected), usage.IdleFor());
        Assert.Equal((1, use is InstanceUse.Socket ? 1 : 0), (usage.Live, usage.LiveSockets));

        usage.Leave(use);

        Assert.Equal(start.AddSeconds(expected), usage.LastActivity);
        Assert.Equal((0, 0), (usage.Live, usage.LiveSockets));
    }
}
