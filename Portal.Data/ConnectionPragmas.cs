using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Portal.Data.Sqlite;
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

    /// <summary>
    /// True where the file can only be read at present. What such a connection opens stays so when the file can be written again,
    /// its log too, which is opened later than the file: it is not used again.
    /// </summary>
    public static bool CanOnlyRead(SqliteConnection connection) =>
        raw.sqlite3_db_readonly(connection.Handle, "main") is not 0 || FileRights.WhyNotWritable(connection.DataSource) is not null;
}
