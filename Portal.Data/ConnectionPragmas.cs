using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using SQLitePCL;

namespace Portal.Data;

/// <summary>
/// What SQLite keeps for each connection and not in the file. FULL: under WAL an acknowledged change survives a loss
/// of power (https://sqlite.org/pragma.html#pragma_synchronous). Five seconds is how long a writer waits for another.
/// </summary>
internal sealed class ConnectionPragmas : DbConnectionInterceptor
{
    public const int BusySeconds = 5;

    private const string Pragmas = "PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL;";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Apply(connection);

    public override Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Apply(connection);
        return Task.CompletedTask;
    }

    /// <summary>For connections that are not opened by EF Core. SQLite works in the process: nothing to await.</summary>
    public static void Apply(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        command.ExecuteNonQuery();
        if (connection is SqliteConnection sqlite && CanOnlyRead(sqlite)) SqliteConnection.ClearPool(sqlite);
    }

    /// <summary>True where the file could not be opened for writing. Such a connection is not used again: the next may well write.</summary>
    public static bool CanOnlyRead(SqliteConnection connection) => raw.sqlite3_db_readonly(connection.Handle, "main") is not 0;
}
