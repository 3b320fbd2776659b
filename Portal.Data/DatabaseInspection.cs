using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Portal.Data.Sqlite;

namespace Portal.Data;

/// <summary>
/// Looks into a database without changing anything: SQLite itself would create a log and an index beside the file, and write into
/// them even where it only reads. So the files are copied to a private folder, and the copy is opened.
/// </summary>
public sealed class DatabaseInspection : IDbContextFactory<PortalDbContext>, IDisposable
{
    private const int MostTries = 20;

    private readonly string _folder;
    private readonly string _copy;

    private DatabaseInspection(string folder) => (_folder, _copy) = (folder, Path.Combine(folder, "portal.db"));

    /// <summary>Which migrations the next start applies.</summary>
    public IReadOnlyList<string> Pending { get; private set; } = [];

    /// <summary>Copies the database and reads every page.</summary>
    /// <param name="dataFolder">Where it is remembered that there is a database.</param>
    /// <returns>Null where there is no database yet.</returns>
    /// <exception cref="PortalDatabaseException">The portal cannot use the database; the message says what to do.</exception>
    public static async Task<DatabaseInspection?> CreateAsync(
        string connectionString, string dataFolder, CancellationToken cancellationToken)
    {
        var file = DatabaseFile.From(connectionString);
        var marker = new DatabaseMarker(dataFolder);
        if (!file.HoldsDatabase)
            return file.FindTraces(marker) is { Count: > 0 } traces ? throw DatabaseCheck.Lost(file.Path, traces) : null;
        RequireWritable(file.Path);

        var inspection = new DatabaseInspection(Directory.CreateTempSubdirectory("portal-doctor-").FullName);
        try
        {
            await inspection.CopyAsync(file.Path, cancellationToken);
            await inspection.ReadAsync(file.Path, marker, cancellationToken);
            return inspection;
        }
        catch (SqliteException e)
        {
            inspection.Dispose();
            throw DatabaseCheck.Explain(e, file.Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            inspection.Dispose();
            throw new PortalDatabaseException($"The database {file.Path} cannot be copied to look into it: {e.Message}", e);
        }
        catch
        {
            inspection.Dispose();
            throw;
        }
    }

    public PortalDbContext CreateDbContext()
    {
        var options = new DbContextOptionsBuilder<PortalDbContext>();
        options.UsePortalSqlite($"Data Source={_copy};Pooling=False");
        return new PortalDbContext(options.Options);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void RequireWritable(string path)
    {
        var real = DatabaseFiles.RealPath(path);
        var folder = Path.GetDirectoryName(real) ?? real;
        if (FileRights.WhyNotCreatable(folder) is { } closed)
            throw new PortalDatabaseException($"The portal cannot create files in {folder}: {closed}. Run: chmod 700 {folder}");
        foreach (var file in new[] { real, real + "-wal", real + "-shm" }.Where(File.Exists))
        {
            if (FileRights.WhyNotWritable(file) is { } why)
                throw new PortalDatabaseException($"The portal cannot read and write {file}: {why}. Run: chmod 600 {file}");
        }
    }

    /// <summary>Copies the file and its log as of one moment: where somebody wrote in between, both are copied again.</summary>
    private async Task CopyAsync(string path, CancellationToken cancellationToken)
    {
        var real = DatabaseFiles.RealPath(path);
        for (var tries = 0; tries < MostTries; tries++)
        {
            var before = State(real);
            await CopyAsync(real, _copy, cancellationToken);
            await CopyAsync(real + "-wal", _copy + "-wal", cancellationToken);
            if (State(real) == before) return;
        }

        throw new IOException("it is written all the time; try again later.");
    }

    private static async Task CopyAsync(string from, string to, CancellationToken cancellationToken)
    {
        File.Delete(to);
        if (!File.Exists(from)) return;
        await using var source = new FileStream(from, FileMode.Open, System.IO.FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        await using var target = DatabaseFile.CreatePrivate(to, FileMode.CreateNew);
        await source.CopyToAsync(target, cancellationToken);
    }

    private static (long, DateTime, long, DateTime) State(string real)
    {
        var (file, log) = (new FileInfo(real), new FileInfo(real + "-wal"));
        return (file.Length, file.LastWriteTimeUtc, log.Exists ? log.Length : 0, log.LastWriteTimeUtc);
    }

    private async Task ReadAsync(string path, DatabaseMarker marker, CancellationToken cancellationToken)
    {
        await using var context = CreateDbContext();
        await context.Database.OpenConnectionAsync(cancellationToken);
        var connection = (SqliteConnection)context.Database.GetDbConnection();
        await DatabaseCheck.IntactAsync(connection, path, cancellationToken);
        var applied = await DatabaseCheck.KnownAsync(context, connection, path, cancellationToken);
        DatabaseCheck.Same(connection, path, marker);
        Pending = [.. context.Database.GetMigrations().Except(applied, StringComparer.Ordinal)];
    }
}
