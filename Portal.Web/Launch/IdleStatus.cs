namespace Portal.Web.Launch;

/// <summary>
/// What a page of an app has to know of its instance: how long it is kept if nobody does anything, or why it is gone.
/// </summary>
/// <param name="Runs">True while requests may be forwarded to it.</param>
/// <param name="Starts">True while it is launched or restarted.</param>
/// <param name="StopsIn">
/// Never negative; it is stopped within a second after. Null where it does not run, and while a request of a person's is
/// under way, whose end nobody knows.
/// </param>
/// <param name="End">What ended it; null where it runs or starts, and where nobody knows: it crashed once, or never ran.</param>
/// <param name="Instance">Tells one running instance from the next, over a restart of the portal too; null where it does not run.</param>
internal readonly record struct IdleStatus(bool Runs, bool Starts, TimeSpan? StopsIn, LaunchFailure? End, string? Instance);
