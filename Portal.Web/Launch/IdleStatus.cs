namespace Portal.Web.Launch;

/// <summary>How long an instance is kept if nobody does anything, or why it is gone.</summary>
/// <param name="Runs">True while requests may be forwarded to it.</param>
/// <param name="StopsIn">
/// Never negative; it is stopped within a second after. Null where it does not run, and while a request of a person's is
/// under way, whose end nobody knows.
/// </param>
/// <param name="End">What ended it; null where it runs, starts, never ran or was stopped by its own client.</param>
internal readonly record struct IdleStatus(bool Runs, TimeSpan? StopsIn, LaunchFailure? End);
