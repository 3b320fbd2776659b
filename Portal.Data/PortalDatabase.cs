using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Portal.Data.Sqlite;

namespace Portal.Data;

/// <summary>Makes the database ready for use, once at start.</summary>
public static partial class PortalDatabase
{
    /// <summary>Of errno(3), on Linux.</summary>
    private const int NoSpace = 28, OverQuota = 122;

    private static readonly TimeSpan LockLimit = TimeSpan.FromSeconds(30);

    /// <summary>
    /// 1. makes the folder, 2. takes the lock, 3. makes the file or looks whether it is a sound database that this program
    /// knows, 4. keeps a copy where it will be changed, 5. applies the migrations that are pending. Processes that start
    /// together do this one after another.
    /// </summary>
    /// <param name="connectionString">Its Data Source is an absolute path.</param>
    /// <param name="dataFolder">Where it is remembered that there is a database; null: the folder of the database.</param>
    /// <param name="lockLimit">How long to wait for another process that prepares the same database; null: 30 s.</param>
    /// <exception cref="PortalDatabaseException">The database cannot be used; the message says what to mend.</exception>
    public static async Task PrepareAsync(
        string connectionString,
        ILogger? logger = null,
        TimeProvider? time = null,
        TimeSpan? lockLimit = null,
        string? dataFolder = null,
        CancellationToken cancellationToken = default)
    {
        logger ??= NullLogger.Instance;
        time ??= TimeProvider.System;
        var file = DatabaseFile.From(connectionString);
        var marker = new DatabaseMarker(dataFolder ?? Path.GetDirectoryName(file.Path) ?? file.Path);
        try
        {
            if (!file.PrepareFolder()) Log.FolderIsOpen(logger, Path.GetDirectoryName(file.Path));
            await using var held = await DatabaseLock.AcquireAsync(
                file.LockPath, lockLimit ?? LockLimit, time, cancellationToken);
            var existed = file.PrepareFile(marker);
            StaleLog.SetAsideBesideCopy(file.Path, time.GetUtcNow(), logger);
            var isSound = existed && await IsSoundAsync(file, connectionString, marker, cancellationToken);

            await using var context = Context(connectionString);
            await context.Database.OpenConnectionAsync(cancellationToken);
            var connection = (SqliteConnection)context.Database.GetDbConnection();

            if (!isSound) await DatabaseCheck.IntactAsync(connection, file.Path, cancellationToken);
            await DatabaseCheck.SharedAsync(connection, file.Path, cancellationToken);
            var applied = await DatabaseCheck.KnownAsync(context, connection, file.Path, cancellationToken);
            DatabaseCheck.Same(connection, file.Path, marker);
            var pending = context.Database.GetMigrations().Except(applied, StringComparer.Ordinal).ToList();
            if (pending.Count == 0)
            {
                Identify(connection, marker);
                return;
            }

            if (existed)
            {
                var copy = await file.KeepCopyAsync(
                    connection, applied.LastOrDefault("empty"), time.GetUtcNow(), cancellationToken);
                Log.CopyKept(logger, copy);
            }

            await ReleaseStaleLockAsync(connection, cancellationToken);
            await context.Database.MigrateAsync(cancellationToken);
            Identify(connection, marker);
            Log.Migrated(logger, file.Path, string.Join(", ", pending));
        }
        catch (SqliteException e)
        {
            throw DatabaseCheck.Explain(e, file.Path);
        }
        catch (IOException e) when (e.HResult is NoSpace or OverQuota)
        {
            throw new PortalDatabaseException($"There is no room for the database {file.Path}: {e.Message}", e) { IsPassing = true };
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new PortalDatabaseException(
                $"The database {file.Path} or its folder cannot be read and written by this account: {e.Message}", e);
        }
    }

    /// <summary>Which migrations the next start applies. The database stays as it is.</summary>
    /// <returns>Null where there is no database yet.</returns>
    /// <exception cref="PortalDatabaseException">The database cannot be used; the message says what to mend.</exception>
    public static async Task<IReadOnlyList<string>?> PendingAsync(
        string connectionString, CancellationToken cancellationToken)
    {
        var file = DatabaseFile.From(connectionString);
        if (!file.HoldsDatabase) return null;
        try
        {
            await using var context = Context(OfItsOwn(new(connectionString)));
            await context.Database.OpenConnectionAsync(cancellationToken);
            var connection = (SqliteConnection)context.Database.GetDbConnection();
            var applied = await DatabaseCheck.KnownAsync(context, connection, file.Path, cancellationToken);
            return [.. context.Database.GetMigrations().Except(applied, StringComparer.Ordinal)];
        }
        catch (SqliteException e)
        {
            throw DatabaseCheck.Explain(e, file.Path);
        }
    }

    /// <summary>
    /// Copies the database, what was written last included, to a file for its owner alone, and reads the whole copy. Whoever
    /// uses the database goes on. The copy is whole or not there at all.
    /// </summary>
    /// <param name="copy">Absolute; a file that is not there yet.</param>
    /// <returns>The bytes of the copy.</returns>
    /// <exception cref="PortalDatabaseException">There is no copy; the message says what to mend.</exception>
    public static async Task<long> BackUpAsync(string connectionString, string copy, CancellationToken cancellationToken)
    {
        var file = DatabaseFile.From(connectionString);
        if (!file.HoldsDatabase)
            throw new PortalDatabaseException($"There is no database {file.Path} yet.");
        if (Path.Exists(copy))
            throw new PortalDatabaseException($"{copy} is there already and was left as it is. Name another file.");
        try
        {
            await using (var connection = new SqliteConnection(OfItsOwn(new(connectionString))))
            {
                await connection.OpenAsync(cancellationToken);
                await DatabaseFile.CopyAsync(connection, copy, cancellationToken);
            }

            await using (var copied = new SqliteConnection(OfItsOwn(new() { DataSource = copy })))
            {
                await copied.OpenAsync(cancellationToken);
                await DatabaseCheck.IntactAsync(copied, copy, cancellationToken);
            }

            return new FileInfo(copy).Length;
        }
        catch (SqliteException e)
        {
            throw DatabaseCheck.Explain(e, copy);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new PortalDatabaseException($"The copy {copy} cannot be written: {e.Message}", e);
        }
    }

    /// <summary>
    /// Looks by a connection that cannot write: any other would put the log of a killed portal into the file when it is closed, and
    /// a file that is refused stays as it is, byte by byte.
    /// </summary>
    /// <returns>False where a transaction has to be rolled back first, so that only a writer can look.</returns>
    /// <exception cref="PortalDatabaseException">It is damaged, or not of this program.</exception>
    private static async Task<bool> IsSoundAsync(
        DatabaseFile file, string connectionString, DatabaseMarker marker, CancellationToken cancellationToken)
    {
        try
        {
            await using var context = Context(OfItsOwn(new(connectionString), SqliteOpenMode.ReadOnly));
            await context.Database.OpenConnectionAsync(cancellationToken);
            var connection = (SqliteConnection)context.Database.GetDbConnection();
            await DatabaseCheck.IntactAsync(connection, file.Path, cancellationToken);
            await DatabaseCheck.KnownAsync(context, connection, file.Path, cancellationToken);
            DatabaseCheck.Same(connection, file.Path, marker);
            return true;
        }
        catch (SqliteException e) when (e.SqliteErrorCode is DatabaseFault.ReadOnly)
        {
            return false;
        }
    }

    /// <summary>
    /// Returns null where the file at the path can take the place of the database that was there, else why it cannot. It stays as
    /// it is.
    /// </summary>
    internal static async Task<string?> WhyUnfitAsync(
        string connectionString, DatabaseIdentity identity, CancellationToken cancellationToken)
    {
        var path = DatabaseFile.From(connectionString).Path;
        try
        {
            await using var context = Context(OfItsOwn(new(connectionString), SqliteOpenMode.ReadOnly));
            await context.Database.OpenConnectionAsync(cancellationToken);
            var connection = (SqliteConnection)context.Database.GetDbConnection();
            await DatabaseCheck.IntactAsync(connection, path, cancellationToken);
            if (DatabaseIdentity.Of(connection) is var found && found != DatabaseIdentity.None && found != identity)
                return DatabaseCheck.Another(path);
            var applied = await DatabaseCheck.KnownAsync(context, connection, path, cancellationToken);
            return context.Database.GetMigrations().Except(applied, StringComparer.Ordinal).Any()
                ? $"The database {path} is of an older version: restart the portal to bring it up to date."
                : null;
        }
        catch (PortalDatabaseException e)
        {
            return e.Message;
        }
        catch (SqliteException e)
        {
            return DatabaseCheck.Explain(e, path).Message;
        }
    }

    /// <summary>Gives the database an identity where it has none, and has the data directory remember it.</summary>
    private static void Identify(SqliteConnection connection, DatabaseMarker marker)
    {
        var identity = DatabaseIdentity.Of(connection);
        if (identity == DatabaseIdentity.None)
        {
            identity = marker.Read() is var known && known != DatabaseIdentity.None ? known : DatabaseIdentity.Create();
            identity.WriteTo(connection);
        }

        using (var command = connection.CreateCommand())
        {
            command.CommandText = "PRAGMA wal_checkpoint"; // a copy of the file alone has the identity, too
            command.ExecuteNonQuery();
        }

        marker.Write(identity);
    }

    private static PortalDbContext Context(string connectionString)
    {
        var options = new DbContextOptionsBuilder<PortalDbContext>();
        options.UsePortalSqlite(connectionString);
        return new PortalDbContext(options.Options);
    }

    /// <summary>For a connection that makes no file and is closed for good when it is disposed.</summary>
    private static string OfItsOwn(SqliteConnectionStringBuilder source, SqliteOpenMode mode = SqliteOpenMode.ReadWrite)
    {
        (source.Mode, source.Pooling) = (mode, false);
        return source.ToString();
    }

    /// <summary>
    /// EF Core marks a migration in progress by a row, and a process that is killed leaves it behind: the next one would
    /// wait for it forever. We hold the lock of the operating system, so nobody else of us is migrating.
    /// </summary>
    private static async Task ReleaseStaleLockAsync(SqliteConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "DROP TABLE IF EXISTS __EFMigrationsLock";
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(5001, LogLevel.Warning, "Others can look into {Folder}, though not into the database: chmod 700 it")]
        public static partial void FolderIsOpen(ILogger logger, string? folder);

        [LoggerMessage(5002, LogLevel.Information, "The database as it was is kept as {Copy}")]
        public static partial void CopyKept(ILogger logger, string copy);

        [LoggerMessage(5003, LogLevel.Information, "The database {Path} was brought up to date: {Migrations}")]
        public static partial void Migrated(ILogger logger, string path, string migrations);
    }
}
