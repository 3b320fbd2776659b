namespace Portal.Data.Sqlite;

/// <summary>Represents the files that a database consists of: its own, the write-ahead log and the index of that log.</summary>
internal readonly record struct DatabaseFiles(FileIdentity? Main, FileIdentity? Log, FileIdentity? Index)
{
    /// <summary>Returns those that are at the path now.</summary>
    public static DatabaseFiles At(string path)
    {
        var real = RealPath(path);
        return new(FileIdentity.Of(real), FileIdentity.Of(LogOf(real)), FileIdentity.Of(real + "-shm"));
    }

    public static string LogOf(string path) => path + "-wal";

    /// <summary>Returns the file that a link leads to: SQLite keeps the others beside it.</summary>
    public static string RealPath(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        }
        catch (IOException)
        {
            return path; // not there, or links in a circle
        }
    }
}
