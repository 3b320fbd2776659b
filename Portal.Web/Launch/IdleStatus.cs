namespace Portal.Web.Launch;

/// <summary>How long an instance is kept if nobody does anything, or that it is gone because nobody did.</summary>
/// <param name="Runs">True while requests may be forwarded to it.</param>
/// <param name="StopsIn">
/// Never negative; it is stopped within a second after. Null where it does not run, and while a request of a person's is
/// under way, whose end nobody knows.
/// </param>
/// <param name="WasStopped">True where it does not run because nobody used it for long; false for every other reason.</param>
internal readonly record struct IdleStatus(bool Runs, TimeSpan? StopsIn, bool WasStopped);
