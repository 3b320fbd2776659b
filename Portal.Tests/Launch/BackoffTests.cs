using Portal.Tests.Doubles;
using Portal.Web.Launch;
using Portal.Web.Launch.Processes;
using Xunit;

namespace Portal.Tests.Launch;

/// <summary>An app that keeps crashing is left alone for longer and longer, and others do not notice.</summary>
public sealed class BackoffTests
{
    private static readonly StubApp App = new();

    private static InstanceKey Key => SupervisorUnderTest.KeyOf(App);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(6, 32)]
    [InlineData(7, 60)]
    [InlineData(1000, 60)]
    public void The_pause_doubles_with_each_crash_to_a_minute(int crashes, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Backoff.After(crashes));

    [Fact]
    public async Task An_instance_that_crashes_once_is_replaced_at_once_and_one_that_crashes_again_later()
    {
        await using var test = await SupervisorUnderTest.StartAsync();
        await CrashAsync(test);
        await test.ReadyAsync(App);

        await CrashAsync(test);

        await Eventually.TrueAsync(() => test.Supervisor.Find(Key)?.Failure is not null);
        var failure = await test.FailureAsync(App);
        Assert.Equal(LaunchFailureReason.KeepsCrashing, failure.Reason);
        Assert.Contains("2 times", failure.Detail, StringComparison.Ordinal);
        await test.ReadyAsync(new StubApp("other"));

        test.Time.Shift(Backoff.After(2));
        await test.ReadyAsync(App);
    }

    [Fact]
    public async Task An_instance_that_had_run_for_long_starts_with_a_clean_slate()
    {
        await using var test = await SupervisorUnderTest.StartAsync();
        await CrashAsync(test);
        await test.ReadyAsync(App);
        test.Time.Shift(Backoff.Stable);

        await CrashAsync(test);

        await test.ReadyAsync(App);
    }

    [Fact]
    public async Task A_failure_that_nobody_was_told_of_is_told_before_it_is_tried_again()
    {
        await using var test = await SupervisorUnderTest.StartAsync(("GracePeriod", "00:00:00"));
        var app = new StubApp(Behaviour: "exits=1");
        Assert.IsType<LaunchResult.Starting>(await test.OpenAsync(app));
        await Eventually.TrueAsync(() => test.Supervisor.Find(Key)?.Failure is not null);

        test.Time.Shift(TimeSpan.FromMinutes(5));

        Assert.Equal(LaunchFailureReason.Exited, (await test.FailureAsync(app)).Reason);
        Assert.IsType<LaunchResult.Starting>(await test.OpenAsync(app));
    }

    private static async Task CrashAsync(SupervisorUnderTest test)
    {
        await test.ReadyAsync(App);
        var process = test.ProcessOf(App);
        Posix.Signal(process, Posix.SigKill);
        await Eventually.TrueAsync(() => test.Supervisor.Find(Key)?.ProcessId != process);
    }
}
