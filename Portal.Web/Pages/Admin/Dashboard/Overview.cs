using Portal.Data;
using Portal.Web.Launch;

namespace Portal.Web.Pages.Admin.Dashboard;

/// <summary>How the portal is at a moment.</summary>
/// <param name="People">Clients that have a page of an app open.</param>
/// <param name="Apps">Instances that run.</param>
/// <param name="Day">The last 24 hours, this one included, oldest first.</param>
/// <param name="Week">The last 7 days, today included, oldest first.</param>
internal sealed record Overview(
    int People, int Apps, Capacity Capacity, int Requests, int Expiring, IReadOnlyList<Problem> Problems,
    IReadOnlyList<CountRow> Day, IReadOnlyList<CountRow> Week)
{
    private const int Days = 7, Hours = 24;

    /// <summary>The hours of a week that ends today, and what went on in each.</summary>
    /// <param name="first">The morning of the first day.</param>
    public static (IReadOnlyList<CountRow> Day, IReadOnlyList<CountRow> Week) Course(
        IReadOnlyList<AuditCount> counts, DateTimeOffset first, DateTimeOffset now, TimeZoneInfo zone)
    {
        var of = counts.ToLookup(count => count.Hour);
        var hours = Enumerable.Range(0, (int)((now - first).Ticks / TimeSpan.TicksPerHour) + 1)
            .Select(hour => Row(TimeZoneInfo.ConvertTime(first.AddHours(hour), zone), of[hour].ToList())).ToList();
        return ([.. hours.TakeLast(Hours)], [.. hours.GroupBy(hour => hour.From.Date).TakeLast(Days).Select(day => new CountRow(
            day.First().From, day.Sum(hour => hour.Launches), day.Sum(hour => hour.Failures), day.Sum(hour => hour.Refusals)))]);
    }

    /// <summary>The morning of the day six days ago.</summary>
    public static DateTimeOffset FirstMorning(DateTimeOffset now, TimeZoneInfo zone)
    {
        var morning = TimeZoneInfo.ConvertTime(now, zone).Date.AddDays(1 - Days);
        return new DateTimeOffset(morning, zone.GetUtcOffset(morning));
    }

    private static CountRow Row(DateTimeOffset from, List<AuditCount> counts)
    {
        return new(from, Of(AuditAction.AppLaunched), Of(AuditAction.LaunchFailed), Of(AuditAction.AccessRefused));

        long Of(AuditAction action) => counts.Where(count => count.Action == action).Sum(count => count.Count);
    }
}
