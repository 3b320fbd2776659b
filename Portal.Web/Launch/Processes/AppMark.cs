using System.Globalization;

namespace Portal.Web.Launch.Processes;

/// <summary>
/// Marks every process of an app for good, by a hard limit on file locks (RLIMIT_LOCKS). The kernel has ignored that limit since
/// 2.4.25, so it restricts nothing. Processes inherit it through fork and exec, whatever session or parent they move to, and only
/// CAP_SYS_RESOURCE can raise it again.
/// </summary>
internal static class AppMark
{
    private const int FileLocks = 10; // RLIMIT_LOCKS; the limit of other processes is "unlimited"
    private const ulong Highest = 1UL << 62;

    private static readonly ulong Limit = Posix.HardLimitOf(Environment.ProcessId, FileLocks) is { } own and > 0 ? Math.Min(Highest, own - 1) : 0;

    /// <summary>What stands before a command to run it with the mark; prlimit(1), which becomes the command.</summary>
    public static IEnumerable<string> Command => ["prlimit", string.Create(CultureInfo.InvariantCulture, $"--locks={Limit}"), "--"];

    /// <summary>True for a process with the mark. Null where it is gone, or it belongs to another user.</summary>
    public static bool? IsOn(int processId)
    {
        if (Posix.HardLimitOf(processId, FileLocks) is { } limit)
            return limit <= Limit;
        if (ProcessTable.UserOf(processId) != Posix.UserId)
            return null;
        try
        {
            return ProcessLimits.FileLocksOf(processId) <= Limit; // of another group: everybody may read its file
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Marks a process that runs already, and so the processes that it starts from now on.</summary>
    public static void Put(int processId)
    {
        if (IsOn(processId) is false)
            Posix.SetLimit(processId, FileLocks, Limit);
    }
}
