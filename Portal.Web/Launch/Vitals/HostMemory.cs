using System.Globalization;

namespace Portal.Web.Launch.Vitals;

/// <summary>
/// How much memory there is for more instances: on the machine, and in the control groups (cgroup v2) that the portal and
/// with it its instances live in.
/// </summary>
/// <param name="root">Where the system shows itself; another folder in tests.</param>
internal sealed class HostMemory(string root = "/")
{
    private const string Group = "0::";

    /// <summary>Bytes; what the system would give without swapping.</summary>
    public long Available() => GroupsUpwards().Select(LeftIn).Prepend(LeftOnMachine()).Min();

    private long LeftOnMachine() =>
        1024 * (Value(Path.Combine(root, "proc/meminfo"), "MemAvailable:") ?? long.MaxValue / 1024);

    /// <summary>Cached files count as free: they are given up before anybody is refused.</summary>
    private static long LeftIn(string group)
    {
        if (Number(Path.Combine(group, "memory.max")) is not { } most || Number(Path.Combine(group, "memory.current")) is not { } now)
            return long.MaxValue;
        var stat = Path.Combine(group, "memory.stat");
        return most - now + (Value(stat, "active_file") ?? 0) + (Value(stat, "inactive_file") ?? 0);
    }

    private IEnumerable<string> GroupsUpwards()
    {
        var line = Lines(Path.Combine(root, "proc/self/cgroup")).FirstOrDefault(line => line.StartsWith(Group, StringComparison.Ordinal));
        var top = Path.Combine(root, "sys/fs/cgroup");
        for (var group = line?[Group.Length..].Trim('/'); group is not null; group = Path.GetDirectoryName(group))
            yield return Path.Combine(top, group);
    }

    private static long? Value(string file, string name) =>
        Lines(file).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .FirstOrDefault(words => words.Length > 1 && string.Equals(words[0], name, StringComparison.Ordinal)) is [_, var value, ..]
            ? long.Parse(value, CultureInfo.InvariantCulture)
            : null;

    /// <summary>Null for "max" and where there is none.</summary>
    private static long? Number(string file) =>
        long.TryParse(Lines(file).FirstOrDefault(), CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string[] Lines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
