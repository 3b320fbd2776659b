using System.Runtime.CompilerServices;

namespace Portal.Web.Launch;

/// <summary>Reads a log in parts, so that its size does not matter. A file that is not there is empty.</summary>
internal static class LogReader
{
    /// <summary>Bytes of a part, and of a line that is searched at once.</summary>
    public const int PartSize = 64 * 1024;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(15);

    /// <summary>The part that ends there.</summary>
    /// <param name="end">In bytes; null, or more than there is: the end of the file.</param>
    public static LogPart Before(string path, long? end)
    {
        using var file = Open(path);
        if (file is null) return LogPart.Empty;
        var until = Math.Clamp(end ?? long.MaxValue, 0, file.Length);
        var start = Math.Max(0, until - PartSize);
        var bytes = Read(file, start, (int)(until - start)).AsSpan();

        // From the beginning of a line, where one begins.
        if (start > 0 && bytes.IndexOf((byte)'\n') is >= 0 and var first && first < bytes.Length - 1)
        {
            bytes = bytes[(first + 1)..];
            start += first + 1;
        }

        return Part(bytes, start);
    }

    /// <summary>The part that begins there, or at the beginning where the file is shorter by now.</summary>
    public static LogPart After(string path, long start)
    {
        using var file = Open(path);
        if (file is null) return LogPart.Empty;
        var isAnew = start > file.Length;
        var from = isAnew ? 0 : Math.Max(0, start);
        return Part(Read(file, from, (int)Math.Min(PartSize, file.Length - from)), from) with { IsAnew = isAnew };
    }

    /// <summary>What is written from there on, until cancelled. Now and then nothing, so that a lost connection is noticed.</summary>
    public static async IAsyncEnumerable<LogPart> FollowAsync(
        string path, long start, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (told, toldAt) = (new LogPart(start, start, "", ""), (long?)null);
        using var timer = new PeriodicTimer(Interval, time);
        while (true)
        {
            var part = After(path, told.End);
            var isNews = part.Text.Length > 0 || part.IsAnew || !string.Equals(part.Rest, told.Rest, StringComparison.Ordinal);
            if (isNews || toldAt is not { } before || time.GetElapsedTime(before) >= LongestSilence)
            {
                yield return part;
                (told, toldAt) = (part, time.GetTimestamp());
            }

            if (part.Text.Length is 0)
                await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>The lines of the files that hold the text, whatever the case of its letters; oldest first.</summary>
    /// <param name="most">How many of the newest are returned.</param>
    public static LogMatches Search(IEnumerable<string> paths, string text, int most, CancellationToken cancellationToken)
    {
        var newest = new Queue<string>();
        var count = 0;
        foreach (var path in paths)
        {
            for (var (part, at) = (After(path, 0), 0L); part.End > at || part.Rest.Length > 0; part = After(path, at))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var isLast = part.End == at || part.IsAnew;
                foreach (var line in $"{part.Text}{(isLast ? part.Rest : "")}".Split('\n').Where(line => line.Contains(text, StringComparison.OrdinalIgnoreCase)))
                {
                    count++;
                    newest.Enqueue(line);
                    if (newest.Count > most) newest.Dequeue();
                }

                if (isLast) break;
                at = part.End;
            }
        }

        return new LogMatches([.. newest], count);
    }

    /// <summary>Copies the files one after the other, as much of each as there is now.</summary>
    public static async Task CopyAsync(IEnumerable<string> paths, Stream to, CancellationToken cancellationToken)
    {
        var buffer = new byte[PartSize];
        foreach (var path in paths)
        {
            await using var file = Open(path);
            for (var left = file?.Length ?? 0; file is not null && left > 0;)
            {
                var read = await file.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), cancellationToken);
                if (read is 0) break;
                await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                left -= read;
            }
        }
    }

    /// <summary>A line as long as a part is taken for whole.</summary>
    private static LogPart Part(ReadOnlySpan<byte> bytes, long start)
    {
        var whole = bytes.LastIndexOf((byte)'\n') + 1;
        if (whole is 0 && bytes.Length == PartSize)
            return new LogPart(start, start + bytes.Length, LogText.Read(bytes) + "\n", "");
        return new LogPart(start, start + whole, LogText.Read(bytes[..whole]), LogText.Read(bytes[whole..]));
    }

    private static byte[] Read(FileStream file, long start, int count)
    {
        file.Seek(start, SeekOrigin.Begin);
        var bytes = new byte[count];
        return bytes[..file.ReadAtLeast(bytes, count, throwOnEndOfStream: false)];
    }

    private static FileStream? Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}

/// <summary>What a search has found.</summary>
/// <param name="Lines">The newest of them, oldest first.</param>
/// <param name="Count">How many there are in all.</param>
internal sealed record LogMatches(IReadOnlyList<string> Lines, int Count);
