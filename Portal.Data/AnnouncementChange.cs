namespace Portal.Data;

/// <summary>The outcome of a change: the announcement as it is now, or what to mend.</summary>
public sealed record AnnouncementChange(Announcement? Row, IReadOnlyList<AnnouncementError> Errors)
{
    public bool Succeeded => Errors.Count is 0;
}

/// <summary>One thing to mend.</summary>
/// <param name="Field">The property of <see cref="AnnouncementDraft"/>, or empty for the announcement as a whole.</param>
public sealed record AnnouncementError(string Field, AnnouncementErrorCode Code);

/// <summary>What can be wrong with an announcement.</summary>
public enum AnnouncementErrorCode
{
    /// <summary>There is no text in either language.</summary>
    TextRequired,

    /// <summary>Longer than <see cref="Announcement.MaxText"/>.</summary>
    TextTooLong,

    /// <summary>Holds control characters.</summary>
    TextInvalid,

    /// <summary>None of the known levels.</summary>
    LevelInvalid,

    /// <summary>No moment.</summary>
    MomentInvalid,

    /// <summary>It would be over already.</summary>
    UntilInPast,

    /// <summary>It would be over before it begins.</summary>
    UntilBeforeFrom,

    /// <summary>Somebody else changed it in between; <see cref="AnnouncementChange.Row"/> is theirs.</summary>
    ChangedMeanwhile,

    /// <summary>It is gone.</summary>
    NotFound,
}
