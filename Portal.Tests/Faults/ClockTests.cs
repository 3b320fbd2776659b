using Portal.Data;
using Portal.Tests.Doubles;
using Portal.Tests.Launch;
using Portal.Web.Access;
using Portal.Web.Launch;
using Portal.Web.Launch.Processes;
using Portal.Web.Launch.Vitals;
using Xunit;

namespace Portal.Tests.Faults;

/// <summary>Somebody sets the clock, by an hour either way: what lasts for so long lasts for so long.</summary>
public sealed class ClockTests
{
    private static readonly StubApp App = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task Nobody_is_thrown_out_and_who_is_idle_is_stopped_in_time(int hours)
    {
        await using var test = await SupervisorUnderTest.StartAsync(("IdleTimeout", "00:30:00"));
        var running = await test.ReadyAsync(App);
        var failed = new StubApp("failed", "exits=1");
        await test.FailureAsync(failed);

        test.Time.Jump(TimeSpan.FromHours(hours));
        test.Time.Shift(TimeSpan.FromMinutes(29));
        await Eventually.TrueAsync(() => test.Supervisor.Find(SupervisorUnderTest.KeyOf(failed)) is null); // it has looked round since

        Assert.Same(running, await test.ReadyAsync(App, byPerson: false));
        Assert.InRange(test.Supervisor.IdleOf(running.Key).StopsIn ?? default, TimeSpan.Zero, TimeSpan.FromMinutes(1));

        test.Time.Shift(TimeSpan.FromMinutes(2));
        await Eventually.TrueAsync(() => test.Ground.Processes().Count is 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task An_app_that_failed_is_left_alone_for_as_long_as_before(int hours)
    {
        await using var test = await SupervisorUnderTest.StartAsync();
        var (app, key) = (new StubApp(Behaviour: "exits=1"), SupervisorUnderTest.KeyOf(App));
        await test.FailureAsync(app);
        var since = test.Supervisor.Find(key)?.Since;

        test.Time.Jump(TimeSpan.FromHours(hours));

        var pause = Assert.NotNull(test.Supervisor.Find(key)?.RetryAt) - test.Time.GetUtcNow();
        Assert.InRange(pause, -Eventually.Limit, Backoff.After(1));
        test.Time.Shift(Backoff.After(1));
        await Eventually.TrueAsync(async () => await test.FailureAsync(app) is not null && test.Supervisor.Find(key)?.Since != since);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_launch_that_is_under_way_is_neither_given_up_nor_waited_for_longer(int hours)
    {
        await using var test = await SupervisorUnderTest.StartAsync(("StartTimeout", "00:01:00"));
        var gate = test.Ground.PathOf("gate");
        var app = App with { Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["STUB_GATE"] = gate } };
        var opening = test.OpenAsync(app);
        await Eventually.TrueAsync(() => test.Supervisor.Find(SupervisorUnderTest.KeyOf(app))?.State is InstanceState.Waiting);

        test.Time.Jump(TimeSpan.FromHours(hours));
        await File.WriteAllTextAsync(gate, "", Cancelled);

        Assert.IsType<LaunchResult.Ready>(await opening);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void An_app_that_does_not_answer_is_silent_for_as_long_as_it_is(int hours)
    {
        var time = new ShiftedTimeProvider();
        var vitals = new InstanceVitals(time);
        vitals.Asked();

        time.Jump(TimeSpan.FromHours(hours));
        Assert.InRange(vitals.SilentFor(), TimeSpan.Zero, Eventually.Limit);

        time.Shift(TimeSpan.FromMinutes(10));
        Assert.InRange(vitals.SilentFor(), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(10) + Eventually.Limit);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_crash_is_the_first_after_a_good_while_only(int hours)
    {
        await using var test = await SupervisorUnderTest.StartAsync();
        var key = SupervisorUnderTest.KeyOf(App);
        for (var crash = 1; crash <= 2; crash++)
        {
            await test.ReadyAsync(App);
            var process = test.ProcessOf(App);
            test.Time.Jump(TimeSpan.FromHours(hours));
            Posix.Signal(process, Posix.SigKill);
            await Eventually.TrueAsync(() => test.Supervisor.Find(key)?.ProcessId != process);
        }

        await Eventually.TrueAsync(() => test.Supervisor.Find(key)?.Failure?.Reason is LaunchFailureReason.KeepsCrashing);
    }

    [Fact]
    public async Task A_registration_expires_at_its_moment_by_the_clock_as_it_is()
    {
        var time = new ShiftedTimeProvider();
        using var database = new Data.TemporaryDatabase();
        await database.PrepareAsync();
        var store = new RegisteredIpStore(database, time);
        await store.AddAsync(new("10.1.2.3", Role.User, ExpiresAt: time.GetUtcNow().AddMinutes(30)), new Actor("test"), Cancelled);
        using var access = new RegistryAccess(store, time);
        await access.ReloadAsync(Cancelled);
        var address = System.Net.IPAddress.Parse("10.1.2.3");

        Assert.NotNull(access.Find(address));
        time.Jump(TimeSpan.FromHours(1));
        Assert.Null(access.Find(address));
        time.Jump(TimeSpan.FromHours(-1));
        Assert.NotNull(access.Find(address));
    }
}
