using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Portal.Data;

/// <summary>
/// Gives up every connection where one fails because it can only read: the next are opened again, and may well write. A transaction
/// is begun here, as EF Core tells nobody of one that cannot begin.
/// </summary>
internal sealed class ReadOnlyRecovery : IDbCommandInterceptor, IDbTransactionInterceptor
{
    public void CommandFailed(DbCommand command, CommandErrorEventData eventData) => Look(command.Connection, eventData.Exception);

    public Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        Look(command.Connection, eventData.Exception);
        return Task.CompletedTask;
    }

    public InterceptionResult<DbTransaction> TransactionStarting(
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result) =>
        Begin(connection, eventData.IsolationLevel);

    /// <summary>SQLite works in the process: there is nothing to await.</summary>
    public ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
        DbConnection connection,
        TransactionStartingEventData eventData,
        InterceptionResult<DbTransaction> result,
        CancellationToken cancellationToken = default) =>
        new(Begin(connection, eventData.IsolationLevel));

    private static InterceptionResult<DbTransaction> Begin(DbConnection connection, IsolationLevel isolation)
    {
        try
        {
            return InterceptionResult<DbTransaction>.SuppressWithResult(connection.BeginTransaction(isolation));
        }
        catch (SqliteException e)
        {
            Look(connection, e);
            throw;
        }
    }

    private static void Look(DbConnection? connection, Exception failure)
    {
        if (failure is SqliteException { SqliteErrorCode: DatabaseFault.ReadOnly } && connection is SqliteConnection sqlite)
            SqliteConnection.ClearPool(sqlite);
    }
}
