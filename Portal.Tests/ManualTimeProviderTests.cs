using Xunit;

namespace Portal.Tests;

public sealed class ManualTimeProviderTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task A_delay_is_over_when_the_clock_was_moved_that_far()
    {
        var delay = Task.Delay(TimeSpan.FromSeconds(10), _time, TestContext.Current.CancellationToken);

        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(delay.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(1));
        await delay.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Timers_fire_in_order_each_at_its_own_moment_until_they_are_disposed()
    {
        var start = _time.GetUtcNow();
        var fired = new List<(string Timer, double Second)>();
        void Fire(object? timer) => fired.Add(($"{timer}", (_time.GetUtcNow() - start).TotalSeconds));
        using var every = _time.CreateTimer(Fire, "every", TimeSpan.Zero, TimeSpan.FromSeconds(2));
        using var once = _time.CreateTimer(Fire, "once", TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan);
        using var never = _time.CreateTimer(Fire, "never", Timeout.InfiniteTimeSpan, TimeSpan.FromSeconds(1));

        _time.Advance(TimeSpan.FromSeconds(5));
        every.Dispose();
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal([("every", 0), ("every", 2), ("once", 3), ("every", 4)], fired);
        Assert.Equal(start.AddSeconds(10), _time.GetUtcNow());
    }
}
