using System.Text;

namespace Portal.Web.Launch;

/// <summary>
/// The file that an instance writes its output to. The instance holds it open for appending; when it has grown
/// to its limit it is copied aside and emptied, which the writer does not notice.
/// </summary>
internal sealed class InstanceLog(string path, long limit)
{
    private const int TailBytes = 64 * 1024;
    private const int LongestLine = 2000;

    public string Path { get; } = path;

    /// <summary>What the log held before it was emptied, or what the instance before wrote.</summary>
    public string OlderPath => Path + ".1";

    /// <summary>A name for each instance: <c>feature-manager_10.1.2.3.log</c>.</summary>
    public static InstanceLog Of(InstanceKey key, string folder, long limit) =>
        new(System.IO.Path.Combine(folder, key.FileName + ".log"), limit);

    /// <summary>
    /// Puts the log of the instance before aside and creates an empty one, for its owner alone. Throws
    /// <see cref="IOException"/> where there is no room for a first page: the instance would end on its first line.
    /// </summary>
    public void Begin()
    {
        if (File.Exists(Path))
            File.Move(Path, OlderPath, overwrite: true);
        using var file = CreatePrivate(Path);
        file.Write(new byte[Environment.SystemPageSize]);
        file.Flush();
        file.SetLength(0);
    }

    /// <summary>Empties the log when it is over half of its limit; the copy aside is the other half.</summary>
    public void KeepWithinLimit()
    {
        var file = new FileInfo(Path);
        if (!file.Exists || file.Length <= limit / 2)
            return;

        try
        {
            KeepNewest(limit / 2);
        }
        catch (IOException)
        {
            // A full disk: the copy is the lesser loss, and emptying the log makes room.
            File.Delete(OlderPath);
        }

        using var writer = new FileStream(Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        writer.SetLength(0);
    }

    /// <summary>The last lines, oldest first, at most 2,000 characters each; empty where there is no log.</summary>
    public IReadOnlyList<string> Tail(int lines)
    {
        try
        {
            using var file = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            file.Seek(-Math.Min(TailBytes, file.Length), SeekOrigin.End);
            using var reader = new StreamReader(file, Encoding.UTF8);
            return [.. reader.ReadToEnd().Split('\n').Select(Clean).Where(line => line.Length > 0).TakeLast(lines)];
        }
        catch (IOException)
        {
            return [];
        }
    }

    /// <summary>No more than that many bytes, however fast the instance goes on writing.</summary>
    private void KeepNewest(long bytes)
    {
        using var log = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        log.Seek(-Math.Min(bytes, log.Length), SeekOrigin.End);
        using var older = CreatePrivate(OlderPath);
        var buffer = new byte[TailBytes];
        int read;
        for (var left = bytes; (read = log.Read(buffer, 0, (int)Math.Min(left, buffer.Length))) > 0; left -= read)
            older.Write(buffer, 0, read);
    }

    private static FileStream CreatePrivate(string path) => new(path, new FileStreamOptions
    {
        Mode = FileMode.Create,
        Access = FileAccess.Write,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    });

    /// <summary>Without the control characters that a terminal would take for colours and worse.</summary>
    private static string Clean(string line)
    {
        var text = new StringBuilder();
        foreach (var character in line.AsSpan().TrimEnd())
        {
            if (text.Length < LongestLine && (!char.IsControl(character) || character is '\t'))
                text.Append(character);
        }

        return text.ToString();
    }
}
