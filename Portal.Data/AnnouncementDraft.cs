namespace Portal.Data;

/// <summary>What an admin typed: the editable part of an <see cref="Announcement"/>, not yet checked.</summary>
/// <param name="English">May be empty where there is a Korean text, and the other way round.</param>
/// <param name="From">Null: now. <see cref="DateTimeOffset.MinValue"/> stands for what is no moment, in both.</param>
public sealed record AnnouncementDraft(
    string? English, string? Korean, AnnouncementLevel Level, DateTimeOffset? From = null, DateTimeOffset? Until = null);
