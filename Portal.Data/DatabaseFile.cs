using Microsoft.Data.Sqlite;
using Portal.Data.Sqlite;

namespace Portal.Data;

/// <summary>Where the database is, and who may read it: nobody but the account that the portal runs under.</summary>
internal sealed class DatabaseFile
{
    private const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode PrivateFolder = PrivateFile | UnixFileMode.UserExecute;
    private const UnixFileMode Others = (UnixFileMode)0b000_111_111;

    private DatabaseFile(string path) => Path = path;

    public string Path { get; }

    public string LockPath => Path + ".lock";

    /// <summary>False as well for the empty file that is made before the database, and for a link to a file that is gone.</summary>
    public bool HoldsDatabase => new FileInfo(DatabaseFiles.RealPath(Path)) is { Exists: true, Length: > 0 };

    /// <exception cref="PortalDatabaseException">It names no file, or not by an absolute path.</exception>
    public static DatabaseFile From(string connectionString)
    {
        try
        {
            var path = new SqliteConnectionStringBuilder(connectionString).DataSource;
            return System.IO.Path.IsPathFullyQualified(path)
                ? new(System.IO.Path.GetFullPath(path))
                : throw new PortalDatabaseException(
                    $"ConnectionStrings:Portal must name a file by its absolute path, not '{path}'.");
        }
        catch (ArgumentException e)
        {
            throw new PortalDatabaseException($"ConnectionStrings:Portal cannot be read: {e.Message}", e);
        }
    }

    /// <summary>
    /// Makes the folder with mode 0700; one that is there and empty is closed likewise. A folder that holds something
    /// may belong to others too (a home, /var/lib) and is left as it is.
    /// </summary>
    /// <returns>False when others can look into the folder.</returns>
    public bool PrepareFolder()
    {
        var folder = System.IO.Path.GetDirectoryName(Path) ?? Path;
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return true;
        }

        Directory.CreateDirectory(folder, PrivateFolder);
        if (!Directory.EnumerateFileSystemEntries(folder).Any()) File.SetUnixFileMode(folder, PrivateFolder);
        return (File.GetUnixFileMode(folder) & Others) == UnixFileMode.None;
    }

    /// <summary>
    /// Makes the file, since SQLite would make it readable for all; -wal and -shm take over its mode
    /// (https://sqlite.org/src/file/src/os_unix.c, findCreateFileMode).
    /// </summary>
    /// <param name="marker">Knows whether the data directory has had a database.</param>
    /// <returns>True when there was a database before.</returns>
    /// <exception cref="PortalDatabaseException">There was one, and it is gone.</exception>
    public bool PrepareFile(DatabaseMarker marker)
    {
        // An empty database in its place would admit whom the configuration names, and SQLite would remove the log.
        if (!HoldsDatabase && FindTraces(marker) is { Count: > 0 } traces) throw DatabaseCheck.Lost(Path, traces);

        using (var file = CreatePrivate(Path, FileMode.OpenOrCreate))
            if (file.Length == 0) return false;

        if (!OperatingSystem.IsWindows())
            foreach (var path in new[] { Path, Path + "-wal", Path + "-shm" }.Where(File.Exists))
                File.SetUnixFileMode(path, PrivateFile);
        return true;
    }

    /// <summary>
    /// Keeps a copy of the database as it is beside it: <c>portal.db.before-InitialCreate-20260131120000.bak</c>. It is
    /// whole or not there at all.
    /// </summary>
    public async Task<string> KeepCopyAsync(
        SqliteConnection connection, string state, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var copy = FormattableString.Invariant($"{Path}.before-{state}-{now.UtcDateTime:yyyyMMddHHmmss}.bak");
        if (File.Exists(copy)) return copy;

        await CopyAsync(connection, copy, cancellationToken);
        return copy;
    }

    /// <summary>Copies the database to a file that is not there yet, while others go on writing. It is whole or not there at all.</summary>
    public static async Task CopyAsync(SqliteConnection connection, string copy, CancellationToken cancellationToken)
    {
        var partial = copy + ".partial";
        try
        {
            await CreatePrivate(partial, FileMode.Create).DisposeAsync();
            await using (var command = connection.CreateCommand())
            {
                // A file copy would miss what is in the write-ahead log still.
                command.CommandText = "VACUUM INTO $copy";
                command.Parameters.AddWithValue("$copy", partial);
                await command.ExecuteNonQueryAsync(cancellationToken);
            }

            await using (var written = new FileStream(partial, FileMode.Open, FileAccess.ReadWrite))
                written.Flush(flushToDisk: true);
            File.Move(partial, copy);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }

    /// <summary>The newest copy that <see cref="KeepCopyAsync"/> has made of that database; null: there is none.</summary>
    public static string? NewestCopyOf(string path) =>
        new DirectoryInfo(System.IO.Path.GetDirectoryName(path) ?? path) is { Exists: true } folder
            ? folder.EnumerateFiles(System.IO.Path.GetFileName(path) + ".before-*.bak").MaxBy(copy => copy.LastWriteTimeUtc)?.FullName
            : null;

    /// <summary>Returns what shows that there was a database. A first start that was killed leaves nothing of it.</summary>
    public List<string> FindTraces(DatabaseMarker marker) =>
    [
        .. new[]
        {
            marker.FindTrace(),
            new FileInfo(Path + "-wal") is { Exists: true, Length: > 0 } log ? log.FullName : null,
            NewestCopyOf(Path),
        }.OfType<string>(),
    ];

    public static FileStream CreatePrivate(
        string path, FileMode mode, FileShare share = FileShare.ReadWrite | FileShare.Delete)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = PrivateFile;
        return new FileStream(path, options);
    }
}
