using Portal.Web.Launch.Processes;

namespace Portal.Tests;

/// <summary>Holds a process still, as one that computes or hangs: its sockets stand, and nothing of it answers; signal(7).</summary>
internal static class Freezer
{
    private const int SigContinue = 18;
    private const int SigStop = 19;

    /// <summary>Returns once each of its threads stands still: the signal alone is no more than a request.</summary>
    public static void Freeze(int processId)
    {
        Posix.Signal(processId, SigStop);
        var stands = SpinWait.SpinUntil(() => Directory.GetDirectories($"/proc/{processId}/task").All(IsStopped), Eventually.Limit);
        if (!stands)
            throw new TimeoutException($"Process {processId} cannot be frozen.");
    }

    public static void Thaw(int processId) => Posix.Signal(processId, SigContinue);

    /// <summary>The state stands after the name in parentheses; proc(5). A thread that ended meanwhile counts as well.</summary>
    private static bool IsStopped(string task)
    {
        try
        {
            var stat = File.ReadAllText(Path.Combine(task, "stat"));
            return stat[stat.LastIndexOf(')') + 2] is 'T' or 't' or 'Z' or 'X';
        }
        catch (IOException)
        {
            return true;
        }
    }
}
