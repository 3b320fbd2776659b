using System.Net;
using System.Text.Json;

namespace Portal.Web.Launch.Adoption;

/// <summary>A file for each instance that runs, in the data directory, for its owner alone.</summary>
internal sealed partial class InstanceRecords(PortalPaths paths, ILogger<InstanceRecords> logger)
{
    private const string Ending = ".json";

    private readonly string _folder = paths.Instances;

    /// <summary>Keeps the record. Where the disk does not take it, the instance runs all the same, but is not adopted.</summary>
    public void Keep(InstanceRecord record)
    {
        var file = FileOf(record.Key);
        try
        {
            // Whole or not at all, whenever the portal may be killed.
            File.WriteAllBytes(file + ".new", JsonSerializer.SerializeToUtf8Bytes(record));
            File.Move(file + ".new", file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NotKept(logger, record.Key.Client, record.Key.Slug, e.Message);
        }
    }

    public void Forget(InstanceKey key)
    {
        try
        {
            File.Delete(FileOf(key));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A record of a process that is gone is cleared away at the next start.
            Log.NotKept(logger, key.Client, key.Slug, e.Message);
        }
    }

    /// <summary>What an earlier portal left. A file that cannot be read is put aside with a word in the log.</summary>
    public IReadOnlyList<InstanceRecord> Read() => Read(putAside: true);

    /// <summary>Returns the same and leaves every file as it is.</summary>
    public IReadOnlyList<InstanceRecord> Peek() => Read(putAside: false);

    private List<InstanceRecord> Read(bool putAside) =>
        [.. Directory.EnumerateFiles(_folder, "*" + Ending).Select(file => ReadOrNull(file, putAside)).OfType<InstanceRecord>()];

    private InstanceRecord? ReadOrNull(string file, bool putAside)
    {
        try
        {
            var record = JsonSerializer.Deserialize<InstanceRecord>(File.ReadAllBytes(file));
            _ = record?.Key;
            return record;
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            if (!putAside) return null;
            Log.Unreadable(logger, file, e.Message);
            File.Move(file, file + ".unreadable", overwrite: true);
            return null;
        }
    }

    private string FileOf(InstanceKey key) => Path.Combine(_folder, key.FileName + Ending);

    private static partial class Log
    {
        [LoggerMessage(2020, LogLevel.Warning, "{Client}/{App}: its record cannot be written, so a restart will not adopt it: {Reason}")]
        public static partial void NotKept(ILogger logger, IPAddress client, string app, string reason);

        [LoggerMessage(2021, LogLevel.Warning, "{File} is no record of an instance; it is put aside: {Reason}")]
        public static partial void Unreadable(ILogger logger, string file, string reason);
    }
}
