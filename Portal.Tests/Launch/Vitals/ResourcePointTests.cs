using Portal.Web.Launch.Vitals;
using Xunit;

namespace Portal.Tests.Launch.Vitals;

public sealed class ResourcePointTests
{
    private static readonly DateTimeOffset Began = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    private readonly InstanceVitals _vitals = new(TimeProvider.System);

    [Fact]
    public void Readings_of_the_same_seconds_are_one_point_with_the_most_of_each()
    {
        Take(0, 10, 0.5);
        Take(2, 30, 0.1);
        Take(4, 20, 0.2);
        Take(6, 5, 0.9);

        Assert.Equal([new(Began, 30, 0.5), new(Began.AddSeconds(6), 5, 0.9)], _vitals.History);
        Assert.Equal(5, _vitals.Resources?.Private);
    }

    [Fact]
    public void Five_minutes_are_kept_and_no_more()
    {
        for (var second = 0; second < 1000; second += 2)
            Take(second, second, 0);

        Assert.InRange(_vitals.History.Count, ResourcePoint.Most - 11, ResourcePoint.Most);
        Assert.All(_vitals.History, point => Assert.InRange(point.At, Began.AddSeconds(998) - ResourcePoint.Span, Began.AddSeconds(998)));
    }

    [Fact]
    public void What_is_older_than_a_pause_of_the_readings_is_forgotten()
    {
        Take(0, 1, 0);
        Take(400, 2, 0);

        Assert.Equal(2, Assert.Single(_vitals.History).Private);
    }

    private void Take(int second, long size, double processor) =>
        _vitals.Took(new ResourceReading(size, 0, processor, 1), Began.AddSeconds(second));
}
