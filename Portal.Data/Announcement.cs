namespace Portal.Data;

/// <summary>What the admins tell everybody for a while, in both languages.</summary>
public sealed class Announcement
{
    /// <summary>Characters of <see cref="English"/> and of <see cref="Korean"/>.</summary>
    public const int MaxText = 300;

    public int Id { get; init; }

    /// <summary>Plain text in one line.</summary>
    public required string English { get; set; }

    /// <summary>The same in Korean.</summary>
    public required string Korean { get; set; }

    public AnnouncementLevel Level { get; set; }

    /// <summary>The first moment that it is shown.</summary>
    public required DateTimeOffset From { get; set; }

    /// <summary>The first moment that it is not shown any more; null: until somebody removes it.</summary>
    public DateTimeOffset? Until { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public string UpdatedBy { get; set; } = "";

    /// <summary>Changes with every update; an update that names an older one is refused.</summary>
    public Guid Version { get; set; }

    /// <summary>True while it is shown.</summary>
    public bool IsDue(DateTimeOffset now) => From <= now && !IsOver(now);

    /// <summary>True once it is not shown any more.</summary>
    public bool IsOver(DateTimeOffset now) => Until <= now;

    /// <summary>The text for a reader of that language; the other one where there is none in it.</summary>
    /// <param name="language">A tag such as <c>ko</c>.</param>
    public string In(string? language)
    {
        var (first, second) = language is "ko" ? (Korean, English) : (English, Korean);
        return first.Length > 0 ? first : second;
    }
}

/// <summary>How much an announcement matters. The names are kept in the database.</summary>
public enum AnnouncementLevel
{
    Info,
    Warning,
    Problem,
}
