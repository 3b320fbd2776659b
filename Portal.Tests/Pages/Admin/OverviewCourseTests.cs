using Portal.Data;
using Portal.Web.Pages.Admin.Dashboard;
using Xunit;

namespace Portal.Tests.Pages.Admin;

public sealed class OverviewCourseTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    [Theory]
    [InlineData("Asia/Seoul", "2026-02-26T00:00:00+09:00", "2026-03-03T15:00:00+09:00")]
    [InlineData("Asia/Kolkata", "2026-02-26T00:00:00+05:30", "2026-03-03T11:00:00+05:30")]
    [InlineData("America/New_York", "2026-02-26T00:00:00-05:00", "2026-03-03T01:00:00-05:00")]
    public void Days_begin_in_the_morning_of_the_server_and_the_last_hour_is_this_one(string zoneName, string morning, string firstHour)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(zoneName);
        var first = Overview.FirstMorning(Now, zone);

        var (day, week) = Overview.Course([], first, Now, zone);

        Assert.Equal(Moment(morning), first);
        Assert.Equal((24, Moment(firstHour)), (day.Count, day[0].From));
        Assert.Equal((7, first), (week.Count, week[0].From));
        Assert.InRange(Now, day[^1].From, day[^1].From.AddHours(1));
    }

    [Fact]
    public void What_was_counted_stands_in_its_hour_and_its_day()
    {
        var first = Overview.FirstMorning(Now, TimeZoneInfo.Utc);
        var (day, week) = Overview.Course(
            [new(AuditAction.AppLaunched, 0, 3), new(AuditAction.LaunchFailed, 23, 4), new(AuditAction.AccessRefused, 149, 5)], first, Now, TimeZoneInfo.Utc);

        Assert.Equal(new CountRow(first, 3, 4, 0), week[0]);
        Assert.Equal(5, week[^1].Refusals);
        Assert.Equal(new CountRow(first.AddHours(149), 0, 0, 5), day[^1]);
        Assert.Equal(0, day.Sum(hour => hour.Launches + hour.Failures));
    }

    private static DateTimeOffset Moment(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
