namespace Portal.Data;

/// <summary>Finds all that is to be mended in an announcement, and puts it into its canonical form.</summary>
internal static class AnnouncementCheck
{
    /// <param name="current">What the draft is to replace; null: a new one.</param>
    /// <returns>The draft in canonical form, to be used only when there are no errors.</returns>
    public static (AnnouncementDraft Canonical, List<AnnouncementError> Errors) Check(
        AnnouncementDraft draft, Announcement? current, DateTimeOffset now)
    {
        var errors = new List<AnnouncementError>();
        var canonical = draft with
        {
            English = Clean(draft.English),
            Korean = Clean(draft.Korean),
            From = draft.From?.ToUniversalTime() ?? current?.From ?? now,
            Until = draft.Until?.ToUniversalTime(),
        };
        CheckText(nameof(draft.English), canonical.English!, errors);
        CheckText(nameof(draft.Korean), canonical.Korean!, errors);
        if (canonical is { English: "", Korean: "" })
            errors.Add(new(nameof(draft.English), AnnouncementErrorCode.TextRequired));
        if (!Enum.IsDefined(draft.Level)) errors.Add(new(nameof(draft.Level), AnnouncementErrorCode.LevelInvalid));

        if (draft.From == DateTimeOffset.MinValue) errors.Add(new(nameof(draft.From), AnnouncementErrorCode.MomentInvalid));
        if (canonical.Until is { } until) CheckUntil(until, canonical.From, current, now, errors);
        return (canonical, errors);
    }

    private static string Clean(string? text) => LabelText.Clean(text?.ReplaceLineEndings(" "));

    private static void CheckText(string field, string text, List<AnnouncementError> errors)
    {
        if (text.Length > Announcement.MaxText) errors.Add(new(field, AnnouncementErrorCode.TextTooLong));
        if (!LabelText.IsPlain(text)) errors.Add(new(field, AnnouncementErrorCode.TextInvalid));
    }

    private static void CheckUntil(
        DateTimeOffset until, DateTimeOffset? from, Announcement? current, DateTimeOffset now, List<AnnouncementError> errors)
    {
        const string Field = nameof(AnnouncementDraft.Until);
        if (until == DateTimeOffset.MinValue) errors.Add(new(Field, AnnouncementErrorCode.MomentInvalid));
        else if (until <= from) errors.Add(new(Field, AnnouncementErrorCode.UntilBeforeFrom));
        else if (until <= now && until != current?.Until) errors.Add(new(Field, AnnouncementErrorCode.UntilInPast));
    }
}
