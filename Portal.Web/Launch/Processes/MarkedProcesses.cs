using Portal.Web.Launch.Ports;

namespace Portal.Web.Launch.Processes;

/// <summary>
/// The processes of an instance, by its mark: also those in a session of their own, those whose parents have ended, and those that
/// outlive the instance itself.
/// </summary>
internal static class MarkedProcesses
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Ends them all (KILL), again and again, as one may fork while others are ended. False where some do not go within that time.</summary>
    /// <param name="mark">See <see cref="AppMark.New"/>.</param>
    public static async Task<bool> EndAsync(ulong mark, TimeSpan limit, TimeProvider time)
    {
        if (!AppMark.IsOfInstance(mark))
            return true;
        for (var began = time.GetTimestamp(); ; await Task.Delay(Pause, time))
        {
            var left = ProcessTable.All().Where(id => IsOf(id, mark)).ToList();
            if (left.Count is 0)
                return true;
            if (time.GetElapsedTime(began) > limit)
                return false;
            left.ForEach(id => Posix.Signal(id, Posix.SigKill));
        }
    }

    /// <summary>
    /// Ends what still listens on the port of an instance that has ended and has no mark any more: a process can lower the limit that
    /// is its mark. Whatever is not provably an app's is left alone.
    /// </summary>
    public static void EndListenersOn(int port)
    {
        foreach (var listener in PortListener.On(port))
        {
            foreach (var id in ProcessTable.All().Where(id => id != Environment.ProcessId && ProcessTable.HoldsSocket(id, listener.Inode)))
            {
                if (AppMark.Of(id) is { } limit && AppMark.IsLowered(limit))
                    Posix.Signal(id, Posix.SigKill);
            }
        }
    }

    /// <summary>
    /// The processes of these instances that live, by the process that leads each of them: what is in its session, and what has its mark.
    /// </summary>
    public static ILookup<int, ProcessStat> Of(IEnumerable<(int Leader, ulong Mark)> instances)
    {
        var marks = instances.ToDictionary(one => one.Leader, one => one.Mark);
        var leaders = marks.Where(one => AppMark.IsOfInstance(one.Value)).ToDictionary(one => one.Value, one => one.Key);
        return ProcessTable.Living()
            .Select(process => (Leader: LeaderOf(process), Process: process))
            .ToLookup(one => one.Leader, one => one.Process);

        int LeaderOf(ProcessStat process) =>
            marks.ContainsKey(process.SessionId) ? process.SessionId
            : process.Resident > 0 && leaders.Count > 0 && AppMark.Of(process.Id) is { } mark ? leaders.GetValueOrDefault(mark)
            : 0; // a thread of the kernel, or of nobody's
    }

    private static bool IsOf(int id, ulong mark) =>
        AppMark.Of(id) == mark && id != Environment.ProcessId && ProcessTable.Stat(id) is not { IsDead: true };
}
