using System.Globalization;

namespace Portal.Web.Launch.Processes;

/// <summary>
/// Gives instances a control group each (cgroup v2), in which the kernel holds them to their limits. The system has to leave the
/// portal's own group to it: <c>Delegate=</c> in its unit.
/// </summary>
/// <param name="root">Where the system shows itself; another folder in tests.</param>
/// <remarks>
/// A group that has processes cannot divide what it has among groups below. So the portal, and what it starts for itself, moves to
/// a group <c>portal</c> beside those of the instances.
/// </remarks>
internal sealed class ControlGroups(string root = "/")
{
    /// <summary>The group that a portal moves to which limits its instances.</summary>
    public const string Own = "portal";

    private const string Prefix = "instance-", Processes = "cgroup.procs";

    private readonly Lock _preparing = new();
    private readonly Lazy<string?> _folder = new(() => FolderBelow(root));
    private bool _isPrepared;

    /// <summary>The path of a process's group below the root of all groups; null where it has none, or is gone.</summary>
    public static string? PathOf(int processId) => PathIn($"/proc/{processId.ToString(CultureInfo.InvariantCulture)}/cgroup");

    /// <summary>Puts a process, and all that it starts from now on, into a new group with these limits. Returns why that failed.</summary>
    /// <param name="mark">The mark of the instance, which names its group.</param>
    public string? Limit(ulong mark, int processId, GroupLimits limits)
    {
        try
        {
            var group = FolderOf(Prepared(), mark);
            foreach (var controller in limits.Controllers)
                Enable(controller);
            Directory.CreateDirectory(group);
            if (limits.MemoryMax is { } memory)
            {
                Write(group, "memory.max", memory.ToString(CultureInfo.InvariantCulture));
                Write(group, "memory.oom.group", "1"); // all of it or nothing, never one of its children alone
                if (File.Exists(Path.Combine(group, "memory.swap.max")))
                    Write(group, "memory.swap.max", "0"); // it would only become slow in place of being ended
            }

            if (limits.CpuWeight is { } weight)
                Write(group, "cpu.weight", weight.ToString(CultureInfo.InvariantCulture));
            Write(group, Processes, processId.ToString(CultureInfo.InvariantCulture));
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    /// <summary>True where the kernel has ended something of the instance because it was over its memory.</summary>
    public bool HasEndedOf(ulong mark)
    {
        const string Ended = "oom_kill ";
        try
        {
            return _folder.Value is { } folder && File.ReadLines(Path.Combine(FolderOf(folder, mark), "memory.events"))
                .Any(line => line.StartsWith(Ended, StringComparison.Ordinal) && line[Ended.Length..] is not "0");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // it has none
        }
    }

    /// <summary>Removes the group of an instance that has ended.</summary>
    public void Remove(ulong mark)
    {
        if (_folder.Value is { } folder)
            Remove(FolderOf(folder, mark));
    }

    private static void Remove(string group)
    {
        try
        {
            Directory.Delete(group);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There is none, or something of it still ends: the next portal removes it.
        }
    }

    /// <summary>The folder of the groups, once the portal has left it.</summary>
    private string Prepared()
    {
        lock (_preparing)
        {
            var folder = _folder.Value ?? throw new IOException("The system has no control groups of version 2.");
            if (_isPrepared)
                return folder;
            var there = File.ReadAllLines(Path.Combine(folder, Processes));
            var own = Path.Combine(folder, Own);
            Directory.CreateDirectory(own);
            foreach (var process in there)
                Write(own, Processes, process);
            foreach (var left in Directory.EnumerateDirectories(folder, Prefix + "*"))
                Remove(left); // the kernel refuses where there are processes
            _isPrepared = true;
            return folder;
        }
    }

    /// <summary>The folder of the group that the system gave the portal; it may have left it for <see cref="Own"/> below.</summary>
    private static string? FolderBelow(string root)
    {
        if (PathIn(Path.Combine(root, "proc/self/cgroup")) is not { } path)
            return null;
        var folder = Path.Combine(root, "sys/fs/cgroup", path);
        return string.Equals(Path.GetFileName(folder), Own, StringComparison.Ordinal) ? Path.GetDirectoryName(folder) : folder;
    }

    private void Enable(string controller)
    {
        var folder = Prepared();
        var file = Path.Combine(folder, "cgroup.subtree_control");
        if (File.ReadAllText(file).Split().Contains(controller, StringComparer.Ordinal))
            return;
        if (!File.ReadAllText(Path.Combine(folder, "cgroup.controllers")).Split().Contains(controller, StringComparer.Ordinal))
            throw new IOException($"The control group {folder} has no {controller} controller.");
        File.WriteAllText(file, "+" + controller);
    }

    private static string FolderOf(string folder, ulong mark) =>
        Path.Combine(folder, Prefix + mark.ToString("x", CultureInfo.InvariantCulture));

    private static void Write(string group, string file, string text) => File.WriteAllText(Path.Combine(group, file), text);

    private static string? PathIn(string file)
    {
        const string Version2 = "0::/";
        try
        {
            return File.ReadLines(file).FirstOrDefault(line => line.StartsWith(Version2, StringComparison.Ordinal))?[Version2.Length..];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
