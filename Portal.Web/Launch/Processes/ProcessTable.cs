using System.Globalization;

namespace Portal.Web.Launch.Processes;

/// <summary>The system's processes, as proc(5) shows them.</summary>
internal static class ProcessTable
{
    // Of every Linux, whatever its timer; sysconf(3), _SC_CLK_TCK.
    private const int TicksPerSecond = 100;

    /// <summary>The ids of the processes of a session, its leader included.</summary>
    public static IEnumerable<int> Session(int sessionId) => All().Where(id => Stat(id)?.SessionId == sessionId);

    /// <summary>Every process that lives, by its session.</summary>
    public static ILookup<int, ProcessStat> Sessions() => Living().ToLookup(process => process.SessionId);

    /// <summary>Every process that lives.</summary>
    public static IReadOnlyList<ProcessStat> Living() =>
        [.. All().Select(Stat).OfType<ProcessStat>().Where(process => !process.IsDead)];

    public static IEnumerable<int> All()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                yield return id;
        }
    }

    /// <summary>The name of a process, at most 15 characters; "?" when it is gone.</summary>
    public static string NameOf(int processId) => ReadOrNull($"/proc/{processId}/comm")?.Trim() ?? "?";

    /// <summary>Whom a process acts as; null where it is gone.</summary>
    public static int? UserOf(int processId) => Posix.OwnerOf(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}"));

    /// <summary>The words of its command line; none where it is gone.</summary>
    public static IReadOnlyList<string> CommandOf(int processId) =>
        ReadOrNull($"/proc/{processId}/cmdline")?.Split('\0', StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>The file that the process executes; null where it is gone or not ours to look into.</summary>
    public static string? ExecutableOf(int processId) => LinkTarget($"/proc/{processId}/exe");

    /// <summary>What proc(5) says of a process; null where there is none.</summary>
    public static ProcessStat? Stat(int processId) => CanStat(processId, out var stat) ? stat : null;

    /// <summary>False where it cannot be told, as no file can be opened at the moment: not even those of proc(5).</summary>
    public static bool CanStat(int processId, out ProcessStat? stat)
    {
        stat = null;
        try
        {
            stat = Parse(processId, File.ReadAllText($"/proc/{processId}/stat"));
            return true;
        }
        catch (IOException e) when (e.HResult is Posix.TooManyFiles or Posix.TooManyFilesInAll)
        {
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    private static ProcessStat? Parse(int processId, string text)
    {
        // The name stands in parentheses and may hold anything; after it: state (3), parent, group, session (6), …
        // time in user (14) and system mode (15), … start (22), size, pages in memory (24).
        var fields = text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length < 22 ? null : new ProcessStat(
            processId,
            (int)Number(fields[1]),
            fields[0] is "Z" or "X",
            (int)Number(fields[3]),
            Number(fields[19]),
            TimeSpan.FromSeconds((double)(Number(fields[11]) + Number(fields[12])) / TicksPerSecond),
            Number(fields[21]) * Environment.SystemPageSize);
    }

    /// <summary>True where the process holds that socket open. False where it is gone or not ours to look into.</summary>
    public static bool HoldsSocket(int processId, long inode)
    {
        var socket = SocketName(inode);
        return HasOpen(processId, descriptor => string.Equals(LinkTarget(descriptor), socket, StringComparison.Ordinal));
    }

    /// <summary>How a socket is called among the open files of its holders.</summary>
    public static string SocketName(long inode) => string.Create(CultureInfo.InvariantCulture, $"socket:[{inode}]");

    /// <summary>The names of all sockets that the process holds open; none where it is gone or not ours to look into.</summary>
    public static IReadOnlyList<string> SocketsOf(int processId) => LookThroughOpen<IReadOnlyList<string>>(
        processId,
        descriptors => [.. descriptors.Select(LinkTarget).OfType<string>().Where(target => target.StartsWith("socket:", StringComparison.Ordinal))],
        ifGone: []);

    /// <summary>True where the process has that file open. False where it is gone or not ours to look into.</summary>
    public static bool HoldsFile(int processId, string path) =>
        Posix.IdentityOf(path) is { } file && HasOpen(processId, descriptor => Posix.IdentityOf(descriptor) == file);

    private static bool HasOpen(int processId, Func<string, bool> condition) =>
        LookThroughOpen(processId, descriptors => descriptors.Any(condition), ifGone: false);

    private static T LookThroughOpen<T>(int processId, Func<IEnumerable<string>, T> look, T ifGone)
    {
        try
        {
            return look(Directory.EnumerateFiles($"/proc/{processId}/fd"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ifGone;
        }
    }

    private static long Number(string field) => long.Parse(field, CultureInfo.InvariantCulture);

    private static string? LinkTarget(string file)
    {
        try
        {
            return new FileInfo(file).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? ReadOrNull(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

/// <summary>A line of proc(5).</summary>
/// <param name="IsDead">It has ended, and its parent has not asked for its exit code yet.</param>
/// <param name="StartTime">In clock ticks since the machine was booted.</param>
/// <param name="ProcessorTime">Of all its threads, since it started.</param>
/// <param name="Resident">Bytes in memory, shared ones counted in full; the system counts them roughly.</param>
internal readonly record struct ProcessStat(
    int Id, int ParentId, bool IsDead, int SessionId, long StartTime, TimeSpan ProcessorTime, long Resident);
