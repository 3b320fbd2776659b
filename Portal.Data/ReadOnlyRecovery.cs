using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Portal.Data;

/// <summary>
/// What was opened while a disk could only be read stays so when it can be written again, and so does whatever shares memory with
/// it. Where a command fails by that, every connection is given up: the next are opened anew.
/// </summary>
internal sealed class ReadOnlyRecovery : DbCommandInterceptor
{
    private static int _renewals;

    /// <summary>How often that was; who holds a connection of their own opens it anew when it has moved.</summary>
    public static int Renewals => Volatile.Read(ref _renewals);

    public override void CommandFailed(DbCommand command, CommandErrorEventData eventData) => Look(command, eventData.Exception);

    public override Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        Look(command, eventData.Exception);
        return Task.CompletedTask;
    }

    private static void Look(DbCommand command, Exception failure)
    {
        if (failure is not SqliteException { SqliteErrorCode: DatabaseFault.ReadOnly } || command.Connection is not SqliteConnection connection)
            return;
        SqliteConnection.ClearPool(connection);
        Interlocked.Increment(ref _renewals);
    }
}
