namespace Portal.Web.Launch;

/// <summary>Why a launch came to nothing.</summary>
/// <param name="Reason">For the choice of words on the page.</param>
/// <param name="Detail">For admins and the log, in English: names process, port, path, exit code.</param>
/// <param name="LogTail">The last lines that the instance wrote.</param>
public sealed record LaunchFailure(LaunchFailureReason Reason, string Detail, IReadOnlyList<string> LogTail)
{
    /// <summary>What the admin who did it tells those who see it; plain text, often empty.</summary>
    public string Word { get; init; } = "";

    /// <summary>True where nothing is to be mended: there may be room a moment later, and a stopped app can be started.</summary>
    public bool IsPassing =>
        IsStop
        || Reason is LaunchFailureReason.Full or LaunchFailureReason.ShortOfMemory or LaunchFailureReason.NoFreePort or LaunchFailureReason.TooOften;

    /// <summary>True where nothing has failed: it was ready, or on its way, and was ended.</summary>
    public bool IsStop =>
        Reason is LaunchFailureReason.Stopped or LaunchFailureReason.Idle or LaunchFailureReason.Closed or LaunchFailureReason.Revoked;

    /// <summary>True where the app itself may be to blame, so that it is tried less and less often.</summary>
    public bool IsOfTheApp =>
        Reason is LaunchFailureReason.CannotStart or LaunchFailureReason.Exited or LaunchFailureReason.TimedOut
            or LaunchFailureReason.PortTaken or LaunchFailureReason.TooMuchMemory;

    /// <summary>
    /// How long it is known at all. A browser tab may stay open for a day, and what was stopped shall not come back
    /// because of that tab alone.
    /// </summary>
    public TimeSpan Retention => IsStop ? TimeSpan.FromDays(1) : TimeSpan.FromMinutes(10);
}

/// <summary>The kinds of failure that a person can be told apart.</summary>
public enum LaunchFailureReason
{
    /// <summary>The script or the interpreter is not there or cannot be run.</summary>
    CannotStart,

    /// <summary>The process ended before it was ready.</summary>
    Exited,

    /// <summary>It was not ready within the start timeout.</summary>
    TimedOut,

    /// <summary>It was ready, and ended by itself, more than once.</summary>
    KeepsCrashing,

    /// <summary>It was stopped, as it took more memory than an instance may.</summary>
    TooMuchMemory,

    /// <summary>Another process holds the port that is registered for the client.</summary>
    PortTaken,

    /// <summary>No port of the configured range is free.</summary>
    NoFreePort,

    /// <summary>As many instances run as are allowed.</summary>
    Full,

    /// <summary>The host has too little memory left for another.</summary>
    ShortOfMemory,

    /// <summary>The client had too many started within a minute.</summary>
    TooOften,

    /// <summary>Somebody stopped it. A person's next visit starts it anew.</summary>
    Stopped,

    /// <summary>Nobody used it, so it was stopped. A person's next visit starts it anew.</summary>
    Idle,

    /// <summary>An admin stopped it. A person's next visit starts it anew.</summary>
    Closed,

    /// <summary>Its client's registration was changed, so it was stopped. A person's next visit, if they may, starts it anew.</summary>
    Revoked,
}
