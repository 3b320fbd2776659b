using Microsoft.Extensions.Time.Testing;
using Portal.Web.Launch;
using Xunit;

namespace Portal.Tests.Launch;

public sealed class LaunchQueueTests
{
    private static readonly int Places = Math.Max(2, Environment.ProcessorCount);

    private readonly FakeTimeProvider _time = new();
    private readonly LaunchQueue _queue;

    public LaunchQueueTests() => _queue = new LaunchQueue(_time);

    [Fact]
    public void As_many_are_admitted_as_there_are_places_and_the_others_know_how_many_are_ahead()
    {
        var admitted = Enter(Places);
        var waiting = Enter(3);

        Assert.All(admitted, ticket => Assert.True(ticket.Turn.IsCompleted));
        Assert.All(waiting, ticket => Assert.False(ticket.Turn.IsCompleted));
        Assert.Equal([0, 1, 2], waiting.Select(ticket => ticket.Ahead));
    }

    [Fact]
    public void They_are_admitted_in_order_as_places_become_free()
    {
        var admitted = Enter(Places);
        var waiting = Enter(2);

        admitted[0].Dispose();
        admitted[0].Dispose();

        Assert.True(waiting[0].Turn.IsCompleted);
        Assert.False(waiting[1].Turn.IsCompleted);
        Assert.Equal(0, waiting[1].Ahead);
    }

    [Fact]
    public void Whoever_gives_up_waiting_holds_up_nobody()
    {
        var admitted = Enter(Places);
        var waiting = Enter(2);

        waiting[0].Dispose();
        admitted[0].Dispose();

        Assert.True(waiting[1].Turn.IsCompleted);
    }

    [Fact]
    public void A_launch_that_hangs_holds_up_the_others_for_seconds_only()
    {
        var hanging = Enter(Places);
        var waiting = Enter(1);

        _time.Advance(TimeSpan.FromSeconds(5));
        hanging[0].Dispose();

        Assert.True(waiting[0].Turn.IsCompleted);
        Assert.All(Enter(Places - 1), ticket => Assert.True(ticket.Turn.IsCompleted));
        Assert.False(Enter(1)[0].Turn.IsCompleted);
    }

    private List<LaunchQueue.Ticket> Enter(int count) => [.. Enumerable.Range(0, count).Select(_ => _queue.Enter())];
}
