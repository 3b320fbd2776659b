namespace Portal.Data;

/// <summary>What an admin has to tell everybody for a while.</summary>
public sealed class Announcement
{
    /// <summary>Characters of each text.</summary>
    public const int MaxText = 500;

    public int Id { get; init; }

    public required string English { get; set; }

    public required string Korean { get; set; }

    public AnnouncementLevel Level { get; set; }

    public required DateTimeOffset From { get; set; }

    public required DateTimeOffset Until { get; set; }

    public string UpdatedBy { get; set; } = "";

    public DateTimeOffset UpdatedAt { get; set; }

    public Guid Version { get; set; }
}

/// <summary>How much it matters. The names are kept in the database.</summary>
public enum AnnouncementLevel
{
    Information,
    Warning,
    Maintenance,
}
