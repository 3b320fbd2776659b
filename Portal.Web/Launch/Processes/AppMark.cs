using System.Globalization;

namespace Portal.Web.Launch.Processes;

/// <summary>
/// Marks every process of an app for good, by a hard limit on file locks (RLIMIT_LOCKS). The kernel has ignored that limit since
/// 2.4.25, so it restricts nothing. Processes inherit it through fork and exec, whatever session or parent they move to, and only
/// CAP_SYS_RESOURCE can raise it again. Each instance has a mark of its own, a lower limit than that of all apps.
/// </summary>
internal static class AppMark
{
    private const int FileLocks = 10; // RLIMIT_LOCKS; the limit of other processes is "unlimited"
    private const ulong Highest = 1UL << 62;

    /// <summary>How many marks there are for instances; so many that no two of them ever get the same.</summary>
    private const long Instances = 1L << 48;

    private static readonly ulong Limit = Posix.HardLimitOf(Environment.ProcessId, FileLocks) is { } own and > 0 ? Math.Min(Highest, own - 1) : 0;

    /// <summary>The system's short name of the limit.</summary>
    public const string LimitName = "LOCKS";

    /// <summary>What stands before a command to run it with the mark of all apps; prlimit(1), which becomes the command.</summary>
    public static IEnumerable<string> Command => CommandFor(Limit);

    /// <summary>The same with the mark of an instance.</summary>
    public static IEnumerable<string> CommandFor(ulong mark) => ["prlimit", string.Create(CultureInfo.InvariantCulture, $"--locks={mark}"), "--"];

    /// <summary>A mark for a new instance; that of all apps where this process has too low a limit itself.</summary>
    public static ulong New() => Limit > (ulong)Instances ? Limit - 1 - (ulong)Random.Shared.NextInt64(Instances) : Limit;

    /// <summary>True for the mark of one instance; false for that of all apps, and for what is none.</summary>
    public static bool IsOfInstance(ulong mark) => mark > 0 && mark < Limit && Limit - mark <= (ulong)Instances;

    /// <summary>True for a limit that a process of an app has lowered by itself; that of no app, and of no instance.</summary>
    public static bool IsLowered(ulong limit) => limit < Limit && !IsOfInstance(limit);

    /// <summary>The mark of a process, or what its limit is without one; null where it is gone.</summary>
    public static ulong? Of(int processId)
    {
        if (Posix.HardLimitOf(processId, FileLocks) is { } limit)
            return limit;
        try
        {
            return ProcessLimits.FileLocksOf(processId); // of another user or group: everybody may read its file
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>True for a process with the mark. Null where it is gone, or it belongs to another user.</summary>
    public static bool? IsOn(int processId)
    {
        if (Posix.HardLimitOf(processId, FileLocks) is { } limit)
            return limit <= Limit;
        return ProcessTable.UserOf(processId) == Posix.UserId && Of(processId) is { } other ? other <= Limit : null;
    }

    /// <summary>Marks a process that runs already, and so the processes that it starts from now on; one of an instance stays as it is.</summary>
    /// <param name="mark">Null for the mark of all apps.</param>
    public static void Put(int processId, ulong? mark = null)
    {
        var wanted = mark ?? Limit;
        if (Of(processId) > wanted)
            Posix.SetLimit(processId, FileLocks, wanted);
    }
}
