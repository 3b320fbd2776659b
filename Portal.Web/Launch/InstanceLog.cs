using System.Text;
using Portal.Web.Launch.Processes;

namespace Portal.Web.Launch;

/// <summary>
/// What an instance writes. It goes through a pipe to <see cref="LogWriter"/>, which keeps the newest part: a file of half of the limit
/// and the one before it.
/// </summary>
internal sealed class InstanceLog(string path, long limit)
{
    private const int TailBytes = 64 * 1024;
    private const int LongestLine = 2000;

    /// <summary>What an instance can write at once without waiting for the log's writer; the system's own size is a quarter of it.</summary>
    public const int PipeBytes = 256 * 1024;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    public string Path { get; } = path;

    /// <summary>What the log held before, or what the instance before wrote.</summary>
    public string OlderPath => Path + ".1";

    /// <summary>The pipe that the instance writes to.</summary>
    public string PipePath => System.IO.Path.ChangeExtension(Path, ".pipe");

    /// <summary>Bytes that each of the two files holds at most.</summary>
    public long Half => limit / 2;

    /// <summary>A name for each instance: <c>feature-manager_10.1.2.3.log</c>.</summary>
    public static InstanceLog Of(InstanceKey key, string folder, long limit) =>
        new(System.IO.Path.Combine(folder, key.FileName + ".log"), limit);

    /// <summary>
    /// Puts the log of the instance before aside and creates an empty one, and a pipe, for its owner alone. Throws
    /// <see cref="IOException"/> where there is no room for a first page.
    /// </summary>
    public void Begin()
    {
        if (File.Exists(Path))
            File.Move(Path, OlderPath, overwrite: true);
        using var file = CreatePrivate(Path);
        file.Write(new byte[Environment.SystemPageSize]);
        file.Flush();
        file.SetLength(0);
        File.Delete(PipePath);
        Posix.MakePipe(PipePath);
    }

    /// <summary>Removes the pipe of an instance that has ended; its writer ends once it has read the rest.</summary>
    public void End()
    {
        try
        {
            File.Delete(PipePath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next instance replaces it.
        }
    }

    /// <summary>True while a writer reads the pipe.</summary>
    public bool IsRead() => Posix.IsLocked(PipePath, toWrite: false);

    /// <summary>True where an instance has the pipe open and no writer reads it: the one that did was killed, and the instance has to wait.</summary>
    public bool IsUnread() => !Posix.IsLocked(PipePath, toWrite: true);

    /// <summary>Returns when the writer of an instance that ended has written all of it, or after a second.</summary>
    public async Task DrainAsync(TimeProvider time)
    {
        using var second = new CancellationTokenSource(TimeSpan.FromSeconds(1), time);
        await WaitAsync(() => !IsRead(), time, second.Token);
    }

    /// <summary>Returns when the condition holds, at the latest when the limit is cancelled.</summary>
    public static async Task WaitAsync(Func<bool> condition, TimeProvider time, CancellationToken limit)
    {
        while (!limit.IsCancellationRequested && !condition())
            await Task.Delay(Pause, time, limit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>
    /// Empties the log of an instance that an earlier version of the portal started when it is over half of its limit; the copy aside is
    /// the other half. Such an instance writes to the file itself.
    /// </summary>
    public void KeepWithinLimit()
    {
        var file = new FileInfo(Path);
        if (!file.Exists || file.Length <= Half || File.Exists(PipePath))
            return;

        try
        {
            KeepNewest(Half);
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
