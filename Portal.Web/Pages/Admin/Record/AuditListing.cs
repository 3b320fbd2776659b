using System.Globalization;
using Microsoft.AspNetCore.Http.Extensions;
using Portal.Data;

namespace Portal.Web.Pages.Admin.Record;

/// <summary>The part of the record that an admin looks at, as it stands in the page's address.</summary>
/// <param name="From">The first day.</param>
/// <param name="Until">The last day.</param>
public sealed record AuditListing(string? Search, AuditAction? Action, string? Who, DateOnly? From, DateOnly? Until)
{
    private const string Path = "/admin/audit";
    private const string Day = "yyyy-MM-dd";
    private const int LongestText = 100;

    /// <summary>The years whose days have a morning and an evening in every time zone.</summary>
    private static readonly (int First, int Last) Years = (2000, 9000);

    /// <summary>Reads the address; what it does not say, or says wrongly, is as by default.</summary>
    public static AuditListing Read(IQueryCollection query) => new(
        ReadText(query["search"]),
        Enum.TryParse<AuditAction>(query["action"], out var action) && Enum.IsDefined(action) ? action : null,
        ReadText(query["who"]),
        ReadDay(query["from"]),
        ReadDay(query["until"]));

    public bool IsFiltered => this != new AuditListing(null, null, null, null, null);

    /// <summary>The list from its newest entry.</summary>
    public string Url => Path + Query().ToQueryString();

    /// <summary>All of it, as a file.</summary>
    public string ExportUrl => With("handler", "Export");

    public string Before(AuditCursor place) => With("before", place.ToString());

    public string After(AuditCursor place) => With("after", place.ToString());

    /// <param name="zone">Where the days begin and end.</param>
    public AuditFilter FilterIn(TimeZoneInfo zone) =>
        new(Search, Action, Who, Morning(From, zone), Morning(Until?.AddDays(1), zone));

    public static string? Say(DateOnly? day) => day?.ToString(Day, CultureInfo.InvariantCulture);

    private static DateTimeOffset? Morning(DateOnly? day, TimeZoneInfo zone)
    {
        if (day is null) return null;
        var local = day.Value.ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(local, zone.GetUtcOffset(local));
    }

    private static string? ReadText(string? text) =>
        text?.Trim() is { Length: > 0 and <= LongestText } trimmed ? trimmed : null;

    private static DateOnly? ReadDay(string? text) =>
        DateOnly.TryParseExact(text, Day, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        && day.Year >= Years.First && day.Year <= Years.Last ? day : null;

    private string With(string name, string value)
    {
        var query = Query();
        query.Add(name, value);
        return Path + query.ToQueryString();
    }

    private QueryBuilder Query()
    {
        var query = new QueryBuilder();
        if (Search is not null) query.Add("search", Search);
        if (Action is not null) query.Add("action", $"{Action}");
        if (Who is not null) query.Add("who", Who);
        if (Say(From) is { } from) query.Add("from", from);
        if (Say(Until) is { } until) query.Add("until", until);
        return query;
    }
}
