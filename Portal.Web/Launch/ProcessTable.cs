using System.Globalization;

namespace Portal.Web.Launch;

/// <summary>The system's processes, as proc(5) shows them.</summary>
internal static class ProcessTable
{
    /// <summary>The ids of the processes of a session, its leader included.</summary>
    public static IEnumerable<int> Session(int sessionId) => All().Where(id => SessionOf(id) == sessionId);

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

    /// <summary>True where the process holds that socket open. False where it is gone or not ours to look into.</summary>
    public static bool HoldsSocket(int processId, long inode)
    {
        var socket = string.Create(CultureInfo.InvariantCulture, $"socket:[{inode}]");
        try
        {
            return Directory.EnumerateFiles($"/proc/{processId}/fd")
                .Any(file => string.Equals(LinkTarget(file), socket, StringComparison.Ordinal));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // The session is the fourth field after the name, which is in parentheses and may hold anything.
    private static int? SessionOf(int processId) =>
        ReadOrNull($"/proc/{processId}/stat") is { } stat
        && stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: > 3 } fields
            ? int.Parse(fields[3], CultureInfo.InvariantCulture)
            : null;

    private static string? LinkTarget(string file)
    {
        try
        {
            return new FileInfo(file).LinkTarget;
        }
        catch (IOException)
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
