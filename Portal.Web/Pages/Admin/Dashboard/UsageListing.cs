using System.Globalization;
using Microsoft.AspNetCore.Http.Extensions;

namespace Portal.Web.Pages.Admin.Dashboard;

/// <summary>The days that an admin looks at, as they stand in the page's address; in universal time, as usage is kept.</summary>
/// <param name="First">The first day.</param>
/// <param name="Last">The last day, not before the first.</param>
public sealed record UsageListing(DateOnly First, DateOnly Last)
{
    private const string Path = "/admin/usage";
    private const string Day = "yyyy-MM-dd";
    private const int UsualDays = 30;

    /// <summary>Reads the address; what it does not say, or says wrongly, is as by default: the last 30 days.</summary>
    public static UsageListing Read(IQueryCollection query, DateOnly today)
    {
        var last = ReadDay(query["until"]) ?? today;
        var first = ReadDay(query["from"]) ?? DateOnly.FromDayNumber(Math.Max(0, last.DayNumber + 1 - UsualDays));
        return first <= last ? new(first, last) : new(last, first);
    }

    /// <summary>Every line of these days, as a file.</summary>
    public string ExportUrl => Path + new QueryBuilder { { "handler", "Export" }, { "from", Say(First) }, { "until", Say(Last) } }.ToQueryString();

    public string FileName => $"usage-{Say(First)}-{Say(Last)}.csv";

    public static string Say(DateOnly day) => day.ToString(Day, CultureInfo.InvariantCulture);

    private static DateOnly? ReadDay(string? text) =>
        DateOnly.TryParseExact(text, Day, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
