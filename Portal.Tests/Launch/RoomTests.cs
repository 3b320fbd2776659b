using Portal.Tests.Doubles;
using Portal.Web.Launch;
using Xunit;

namespace Portal.Tests.Launch;

public sealed class RoomTests
{
    private static readonly (string, string) TwoAtMost = ("MaxInstances", "2");
    private static readonly StubApp First = new("first");
    private static readonly StubApp Second = new("second");
    private static readonly StubApp Newcomer = new("newcomer");

    [Fact]
    public async Task The_longest_idle_makes_room_for_a_newcomer()
    {
        await using var test = await SupervisorUnderTest.StartAsync(TwoAtMost);
        var first = await test.ReadyAsync(First);
        await test.ReadyAsync(Second);
        test.Time.Shift(TimeSpan.FromMinutes(1));
        first.Usage.Touch();
        test.Time.Shift(Room.LeastIdle);

        await test.ReadyAsync(Newcomer);

        AssertOnly(test, First, Newcomer);
        Assert.Equal(LaunchFailureReason.Idle, (await test.FailureAsync(Second, byPerson: false)).Reason);
    }

    [Theory]
    [InlineData(nameof(InstanceUse.Socket))]
    [InlineData(nameof(InstanceUse.Request))]
    [InlineData(nameof(InstanceUse.Poll))]
    public async Task Whoever_has_a_connection_is_never_stopped_for_another(string use)
    {
        await using var test = await SupervisorUnderTest.StartAsync(TwoAtMost);
        (await test.ReadyAsync(First)).Usage.Enter(Enum.Parse<InstanceUse>(use));
        var second = await test.ReadyAsync(Second);
        test.Time.Shift(TimeSpan.FromMinutes(5));
        second.Usage.Touch();
        test.Time.Shift(Room.LeastIdle);

        (await test.ReadyAsync(Newcomer)).Usage.Enter(InstanceUse.Socket);
        test.Time.Shift(TimeSpan.FromMinutes(5));

        Assert.Equal(LaunchFailureReason.Full, (await test.FailureAsync(Second)).Reason);
        AssertOnly(test, First, Newcomer);
    }

    [Fact]
    public async Task Whoever_was_just_there_is_left_alone_for_some_seconds()
    {
        await using var test = await SupervisorUnderTest.StartAsync(TwoAtMost);
        await Task.WhenAll(test.ReadyAsync(First), test.ReadyAsync(Second));

        Assert.Equal(LaunchFailureReason.Full, (await test.FailureAsync(Newcomer)).Reason);

        test.Time.Shift(Room.LeastIdle);
        await test.ReadyAsync(Newcomer);
        Assert.Equal(2, test.Ground.Processes().Count);
    }

    [Fact]
    public async Task A_page_left_open_makes_nobody_leave_and_spoils_nothing_for_the_person()
    {
        await using var test = await SupervisorUnderTest.StartAsync(TwoAtMost);
        await Task.WhenAll(test.ReadyAsync(First), test.ReadyAsync(Second));
        test.Time.Shift(Room.LeastIdle);

        Assert.Equal(LaunchFailureReason.Full, (await test.FailureAsync(Newcomer, byPerson: false)).Reason);
        AssertOnly(test, First, Second);

        test.Time.Shift(Backoff.After(1));
        await test.ReadyAsync(Newcomer);
        Assert.Equal(2, test.Ground.Processes().Count);
    }

    [Fact]
    public async Task Many_newcomers_at_once_are_never_more_than_allowed()
    {
        await using var test = await SupervisorUnderTest.StartAsync(TwoAtMost, ("StopTimeout", "00:00:01"));
        var stubborn = new StubApp("stubborn", "ignores-term");
        await Task.WhenAll(test.ReadyAsync(stubborn), test.ReadyAsync(Second));
        test.Time.Shift(TimeSpan.FromMinutes(1));

        var most = 0;
        var opened = Task.WhenAll(Enumerable.Range(0, 6).Select(i => test.OpenAsync(new StubApp($"newcomer-{i}"))));
        await Eventually.TrueAsync(() =>
        {
            most = Math.Max(most, test.Ground.Processes().Count);
            return opened.IsCompleted;
        });

        Assert.Equal(2, most);
        Assert.Equal(2, (await opened).Count(one => one is LaunchResult.Ready));
        Assert.Equal(4, (await opened).Count(one => one is LaunchResult.Failed { Failure.Reason: LaunchFailureReason.Full }));
        Assert.Equal(2, test.Ground.Processes().Count);
    }

    [Fact]
    public async Task An_app_may_have_fewer_places_of_its_own_and_only_its_own_make_room()
    {
        await using var test = await SupervisorUnderTest.StartAsync();
        var few = new StubApp("few") { MaxInstances = 1 };
        var other = await test.ReadyAsync(First);
        await test.ReadyAsync(few);
        test.Time.Shift(Room.LeastIdle);

        await test.ReadyAsync(few, "10.0.0.2");

        Assert.Null(test.Supervisor.Find(SupervisorUnderTest.KeyOf(few)));
        Assert.Same(other, await test.ReadyAsync(First));
        Assert.Equal(LaunchFailureReason.Full, (await test.FailureAsync(few, "10.0.0.3")).Reason);
    }

    [Fact]
    public async Task A_host_short_of_memory_takes_nobody_new_but_in_place_of_the_longest_idle()
    {
        await using var test = await SupervisorUnderTest.StartAsync(("MemoryReserve", $"{100 * 1024 * 1024}"));
        var first = await test.ReadyAsync(First);
        test.SetAvailable(megabytes: 99);

        Assert.Equal(LaunchFailureReason.ShortOfMemory, (await test.FailureAsync(Newcomer)).Reason);
        Assert.Same(first, await test.ReadyAsync(First));

        test.Time.Shift(Room.LeastIdle);
        await test.ReadyAsync(Newcomer);

        Assert.Equal(test.ProcessOf(Newcomer), Assert.Single(test.Ground.Processes()));
    }

    private static void AssertOnly(SupervisorUnderTest test, StubApp one, StubApp other) =>
        Assert.Equivalent(new[] { test.ProcessOf(one), test.ProcessOf(other) }, test.Ground.Processes(), strict: true);
}
