using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Portal.Data.Sqlite;

namespace Portal.Data;

/// <summary>Refuses what is no database of this program; nothing is written to a file that is refused.</summary>
internal static class DatabaseCheck
{
    /// <summary>Every page can be read.</summary>
    public static async Task IntactAsync(SqliteConnection connection, string path, CancellationToken cancellationToken)
    {
        var found = await ScalarAsync(connection, "PRAGMA quick_check(1)", cancellationToken);
        if (found is not "ok") throw Damaged(path, found?.ToString(), null);
    }

    /// <summary>Readers need not wait for a writer.</summary>
    public static async Task SharedAsync(SqliteConnection connection, string path, CancellationToken cancellationToken)
    {
        var mode = await ScalarAsync(connection, "PRAGMA journal_mode = WAL", cancellationToken);
        if (mode is not "wal")
            throw new PortalDatabaseException(
                $"The file system of {path} cannot share memory between processes, which a write-ahead log needs "
                + $"(journal mode stays '{mode}'). Put the database on a local disk.");
    }

    /// <summary>What was applied is known here: neither a newer program's nor another program's database.</summary>
    /// <returns>The migrations that were applied, in order.</returns>
    public static async Task<IReadOnlyList<string>> KnownAsync(
        PortalDbContext context, SqliteConnection connection, string path, CancellationToken cancellationToken)
    {
        var applied = (await context.Database.GetAppliedMigrationsAsync(cancellationToken)).ToList();
        var unknown = applied.Except(context.Database.GetMigrations(), StringComparer.Ordinal).ToList();
        if (unknown.Count > 0)
            throw new PortalDatabaseException(
                $"The database {path} was written by a newer version of the portal (it has {string.Join(", ", unknown)}, "
                + "which this version does not know). Start that version, or put back the copy that was kept before the "
                + $"upgrade ({path}.before-….bak).");

        const string Foreign = "SELECT name FROM sqlite_master WHERE type = 'table' "
            + "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_\\_EFMigrations%' ESCAPE '\\' LIMIT 1";
        if (applied.Count == 0 && await ScalarAsync(connection, Foreign, cancellationToken) is string table)
            throw new PortalDatabaseException(
                $"The database {path} is not the portal's: it has a table '{table}' and no migrations of ours. "
                + "Name another file in ConnectionStrings:Portal, or move this one away.");
        return applied;
    }

    /// <summary>What an operator can do about an error of SQLite.</summary>
    public static PortalDatabaseException Explain(SqliteException e, string path) => e.SqliteErrorCode switch
    {
        DatabaseFault.NotADatabase => new(
            $"The file {path} is not a SQLite database; it was left as it is. Name another file in ConnectionStrings:Portal, or "
            + $"restore it: {Restoring(path)}", e),
        DatabaseFault.Corrupt => Damaged(path, e.Message, e),
        DatabaseFault.Busy => new($"The database {path} is held by another program: {e.Message}", e) { IsPassing = true },
        DatabaseFault.ReadOnly or DatabaseFault.CannotOpen =>
            new($"This account cannot open the database {path} for writing: {e.Message}", e),
        DatabaseFault.Full => new($"There is no room for the database {path}: {e.Message}", e) { IsPassing = true },
        _ => new($"The database {path} could not be prepared: {e.Message}", e),
    };

    /// <summary>The database is the one that the data directory has had.</summary>
    public static void Same(SqliteConnection connection, string path, DatabaseMarker marker)
    {
        var (expected, found) = (marker.Read(), DatabaseIdentity.Of(connection));
        if (expected != DatabaseIdentity.None && found != DatabaseIdentity.None && expected != found)
            throw new PortalDatabaseException($"{Another(path)} To use it from now on, remove {marker.Path}.");
    }

    /// <summary>What is wrong with a database that is another registry's.</summary>
    public static string Another(string path) =>
        $"The database {path} is of another registry than the one that this data directory has had. Put its own back: {Restoring(path)}";

    /// <summary>What an operator can do about a database that is gone, though not all that belongs to it.</summary>
    public static PortalDatabaseException Lost(string path, IReadOnlyList<string> traces) => new(
        $"The database {path} is empty or gone, but {string.Join(" and ", traces)} {(traces.Count > 1 ? "are" : "is")} there, so it "
        + $"was used: nothing was made in its place. Restore it: {Restoring(path)} To begin with an empty registry, move "
        + $"{(traces.Count > 1 ? "them" : "that")} away.");

    private static PortalDatabaseException Damaged(string path, string? finding, Exception? inner) => new(
        $"The database {path} is damaged and was left as it is: {finding?.ReplaceLineEndings(" ")}. Restore it: {Restoring(path)}", inner);

    private static string Restoring(string path)
    {
        var copy = DatabaseFile.NewestCopyOf(path) is { } newest
            ? $"a backup, or {newest}, the newest copy of an earlier state that is beside it,"
            : "a backup";
        return $"move {path}, {path}-wal and {path}-shm away, and put {copy} in place of {path}.";
    }

    private static async Task<object?> ScalarAsync(
        SqliteConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync(cancellationToken);
    }
}
