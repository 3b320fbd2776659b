namespace Portal.Web.Launch;

/// <summary>
/// How long an instance that keeps crashing is left alone: not at all after it has crashed once while it ran, 1 s after
/// a launch that failed, doubling with each crash to a minute.
/// </summary>
internal static class Backoff
{
    /// <summary>An instance that ran for so long was all right; a crash after it is the first.</summary>
    public static readonly TimeSpan Stable = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <param name="crashes">In a row, from 1.</param>
    public static TimeSpan After(int crashes) =>
        crashes > 6 ? Longest : TimeSpan.FromTicks(Math.Min(First.Ticks << Math.Max(0, crashes - 1), Longest.Ticks));
}
