using System.Globalization;

namespace Portal.Web.Launch.Processes;

/// <summary>What an instance may take of the system at most; see prlimit(2).</summary>
internal static class ProcessLimits
{
    private const string OwnLimits = "/proc/self/limits";
    private const string OpenFiles = "Max open files";

    private const int ColumnOfLimits = 26; // the names before them hold spaces

    /// <summary>
    /// The limits by the system's short names (<c>NOFILE</c>, <c>NPROC</c>), never above the portal's own, which nobody
    /// may raise. None where the configuration sets none.
    /// </summary>
    /// <param name="mark">See <see cref="AppMark.New"/>; null for none.</param>
    public static IReadOnlyDictionary<string, long> Of(LaunchOptions options, ulong? mark = null)
    {
        var limits = new Dictionary<string, long>(StringComparer.Ordinal);
        if (mark is { } own)
            limits[AppMark.LimitName] = (long)own;
        Add("NOFILE", OpenFiles, options.MaxOpenFiles);
        Add("NPROC", "Max processes", options.MaxProcesses);
        return limits;

        void Add(string name, string title, long wanted)
        {
            if (wanted > 0)
                limits[name] = Math.Min(wanted, Own(title));
        }
    }

    /// <summary>How many files and sockets a process may have open, when it asks for all it can get.</summary>
    public static long OpenFilesOf(int processId) =>
        Read(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/limits"), OpenFiles);

    /// <summary>The hard limit that is <see cref="AppMark"/>.</summary>
    public static ulong FileLocksOf(int processId) =>
        (ulong)Read(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/limits"), "Max file locks");

    private static long Own(string title) => Read(OwnLimits, title);

    private static long Read(string limits, string title)
    {
        var line = File.ReadLines(limits).First(line => line.StartsWith(title, StringComparison.Ordinal));
        if (line[ColumnOfLimits..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [_, var hard, ..])
            throw new InvalidDataException($"{limits} holds '{line}'.");
        return long.TryParse(hard, CultureInfo.InvariantCulture, out var limit) ? limit : long.MaxValue; // "unlimited"
    }
}
