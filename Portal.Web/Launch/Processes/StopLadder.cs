namespace Portal.Web.Launch.Processes;

/// <summary>Ends an instance: TERM, and after its time KILL for whatever is left of its session.</summary>
internal static class StopLadder
{
    // KILL cannot be refused; only a process in uninterruptible sleep, on a dead disk say, outlasts it.
    private static readonly TimeSpan KillTime = TimeSpan.FromSeconds(5);

    /// <summary>Returns when the process is gone. False where it would not go even for KILL.</summary>
    public static async Task<bool> DescendAsync(IInstanceProcess process, TimeSpan stopTimeout, TimeProvider time)
    {
        process.Terminate();
        var ended = await EndsWithinAsync(process, stopTimeout, time);
        process.Kill();
        return ended || await EndsWithinAsync(process, KillTime, time);
    }

    private static async Task<bool> EndsWithinAsync(IInstanceProcess process, TimeSpan timeout, TimeProvider time)
    {
        try
        {
            await process.Exited.WaitAsync(timeout, time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
