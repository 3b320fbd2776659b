using Portal.Data;

namespace Portal.Web.Pages.Admin.Announcing;

/// <summary>An announcement as it is typed. Nothing is checked here but how to read it.</summary>
public sealed class AnnouncementForm
{
    public string? English { get; set; }

    public string? Korean { get; set; }

    public string? Level { get; set; } = nameof(AnnouncementLevel.Info);

    /// <summary>In the server's time zone, as <c>datetime-local</c> writes it; empty for now.</summary>
    public string? From { get; set; }

    /// <summary>Likewise; empty for as long as nobody removes it.</summary>
    public string? Until { get; set; }

    /// <summary>The version of the announcement that the form was filled from.</summary>
    public Guid Version { get; set; }

    public static AnnouncementForm Of(Announcement row, TimeZoneInfo zone) => new()
    {
        English = row.English,
        Korean = row.Korean,
        Level = row.Level.ToString(),
        From = LocalMoment.Write(row.From, zone),
        Until = LocalMoment.Write(row.Until, zone),
        Version = row.Version,
    };

    /// <summary>What cannot be read becomes a value that is refused, so that there is one place that refuses.</summary>
    public AnnouncementDraft ToDraft(TimeZoneInfo zone) => new(
        English,
        Korean,
        Enum.TryParse<AnnouncementLevel>(Level, out var level) && Enum.IsDefined(level) ? level : (AnnouncementLevel)(-1),
        LocalMoment.Read(From, zone),
        LocalMoment.Read(Until, zone));
}
