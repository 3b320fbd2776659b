using System.Globalization;
using System.IO.Enumeration;
using System.Text;
using System.Text.Unicode;

namespace Portal.Web.Launch.Processes;

/// <summary>The system's processes, as proc(5) shows them.</summary>
internal static class ProcessTable
{
    // Of every Linux, whatever its timer; sysconf(3), _SC_CLK_TCK.
    private const int TicksPerSecond = 100;

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = default, IgnoreInaccessible = false };

    /// <summary>The ids of the processes of a session, its leader included.</summary>
    public static IEnumerable<int> Session(int sessionId) => All().Where(id => Stat(id)?.SessionId == sessionId);

    /// <summary>Every process that lives, as it is found.</summary>
    public static IEnumerable<ProcessStat> Living()
    {
        foreach (var id in All())
        {
            if (Stat(id) is { IsDead: false } process)
                yield return process;
        }
    }

    public static IEnumerable<int> All() => new FileSystemEnumerable<int>("/proc", NumberOf, Everything).Where(id => id is not 0);

    private static int NumberOf(ref FileSystemEntry entry) =>
        int.TryParse(entry.FileName, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;

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
            stat = Read(processId);
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

    /// <summary>All of them are read at times, while somebody waits: on the stack alone.</summary>
    private static ProcessStat? Read(int processId)
    {
        Span<byte> bytes = stackalloc byte[2048]; // 52 numbers and a name of 64 bytes at most
        using var file = File.OpenHandle($"/proc/{processId}/stat", share: FileShare.ReadWrite);
        var read = RandomAccess.Read(file, bytes, fileOffset: 0);
        Span<char> text = stackalloc char[read];
        Encoding.Latin1.GetChars(bytes[..read], text);
        return Parse(processId, text);
    }

    private static ProcessStat? Parse(int processId, ReadOnlySpan<char> text)
    {
        // The name stands in parentheses and may hold anything; after it: state (3), parent, group, session (6), …
        // time in user (14) and system mode (15), … start (22), size, pages in memory (24).
        const int Needed = 22;
        text = text[(text.LastIndexOf(')') + 1)..];
        Span<Range> fields = stackalloc Range[Needed + 1];
        return text.Split(fields, ' ', StringSplitOptions.RemoveEmptyEntries) < Needed ? null : new ProcessStat(
            processId,
            (int)Number(text[fields[1]]),
            text[fields[0]] is "Z" or "X",
            (int)Number(text[fields[3]]),
            Number(text[fields[19]]),
            TimeSpan.FromSeconds((double)(Number(text[fields[11]]) + Number(text[fields[12]])) / TicksPerSecond),
            Number(text[fields[21]]) * Environment.SystemPageSize);
    }

    /// <summary>True where the process holds that socket open. False where it is gone or not ours to look into.</summary>
    public static bool HoldsSocket(int processId, long inode) =>
        LookThrough<long, bool>($"/proc/{processId}/fd", SocketAt, sockets => sockets.Contains(inode), ifGone: false);

    /// <summary>
    /// The inodes of those of the sockets that the process holds open; none where it is gone or not ours to look into.
    /// </summary>
    public static IReadOnlyList<long> SocketsOf(int processId, IReadOnlySet<long> among) =>
        LookThrough<long, IReadOnlyList<long>>($"/proc/{processId}/fd", SocketAt, sockets => [.. sockets.Where(among.Contains)], ifGone: []);

    /// <summary>The same, for the threads of the process: each can have a table of open files of its own; unshare(2).</summary>
    public static IReadOnlyList<long> SocketsOfThreads(int processId, IReadOnlySet<long> among) =>
        LookThrough<int, IReadOnlyList<long>>(
            $"/proc/{processId}/task", NumberOf,
            threads => [.. threads.SelectMany(thread => LookThrough<long, IReadOnlyList<long>>(
                $"/proc/{processId}/task/{thread}/fd", SocketAt, sockets => [.. sockets.Where(among.Contains)], ifGone: [])).Distinct()],
            ifGone: []);

    /// <summary>True where the process holds a lock on that file. Of everybody's the system tells that, whatever their rights.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static bool HoldsLock(int processId, string path)
    {
        // proc(5): "3: FLOCK  ADVISORY  WRITE 4711 fe:00:11674483 0 EOF", of who waits for one with an arrow before the kind. The
        // device is not the one of stat(2) on every file system; the process tells as much.
        if (Posix.IdentityOf(path) is not { } file)
            return false;
        var inode = ((long)file.High << 32) | (uint)file.Low;
        return File.ReadLines("/proc/locks").Any(line =>
            line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, _, _, _, var holder, var locked, ..]
            && int.TryParse(holder, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id == processId
            && locked.EndsWith(string.Create(CultureInfo.InvariantCulture, $":{inode}"), StringComparison.Ordinal));
    }

    private static TResult LookThrough<T, TResult>(
        string folder, FileSystemEnumerable<T>.FindTransform read, Func<IEnumerable<T>, TResult> look, TResult ifGone)
    {
        try
        {
            return look(new FileSystemEnumerable<T>(folder, read, Everything));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ifGone;
        }
    }

    /// <summary>The inode of an open socket; 0 for another file, and for one that is closed by now.</summary>
    private static long SocketAt(ref FileSystemEntry descriptor)
    {
        Span<byte> path = stackalloc byte[64];
        Span<byte> target = stackalloc byte[64];
        return Utf8.TryWrite(path, $"{descriptor.Directory}/{descriptor.FileName}\0", out _)
            && target[..Posix.ReadLink(path, target)] is [.. var name, (byte)']']
            && name.StartsWith("socket:["u8)
            && long.TryParse(name["socket:[".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var inode)
            ? inode
            : 0;
    }

    private static long Number(ReadOnlySpan<char> field) => long.Parse(field, NumberStyles.Integer, CultureInfo.InvariantCulture);

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
