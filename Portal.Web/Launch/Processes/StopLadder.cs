namespace Portal.Web.Launch.Processes;

/// <summary>
/// Ends an instance: TERM, after half its time the end of the portal's connections to it, after the other half KILL for
/// whatever is left of its session, and for every other process that has its mark.
/// </summary>
internal static class StopLadder
{
    // KILL cannot be refused; only a process in uninterruptible sleep, on a dead disk say, outlasts it.
    private static readonly TimeSpan KillTime = TimeSpan.FromSeconds(5);

    /// <summary>Returns when the process is gone. False where it would not go even for KILL.</summary>
    /// <param name="mark">What its processes are known by, see <see cref="AppMark.New"/>; 0 where they have no mark of their own.</param>
    /// <param name="disconnect">
    /// Closes the connections to it. A server that ends in good order waits for its clients, however long, and one that
    /// does not read never goes.
    /// </param>
    public static async Task<bool> DescendAsync(
        IInstanceProcess process, TimeSpan stopTimeout, TimeProvider time, ulong mark = 0, Action? disconnect = null)
    {
        process.Terminate();
        var ended = await EndsWithinAsync(process, stopTimeout / 2, time);
        if (!ended)
        {
            disconnect?.Invoke();
            ended = await EndsWithinAsync(process, stopTimeout / 2, time);
        }

        process.Kill();
        return await MarkedProcesses.EndAsync(mark, KillTime, time) & (ended || await EndsWithinAsync(process, KillTime, time));
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
