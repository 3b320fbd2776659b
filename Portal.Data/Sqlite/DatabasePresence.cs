using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Portal.Data.Sqlite;

/// <summary>
/// Allows connections only while the database consists of the files that are known. SQLite would mix the log of one database with
/// the pages of another (https://sqlite.org/howtocorrupt.html, 1.4 and 2.4). Until files are known, everything is allowed.
/// </summary>
internal sealed class DatabasePresence(string path) : DbConnectionInterceptor
{
    private readonly Lock _lock = new();
    private readonly HashSet<DbConnection> _inUse = [];
    private DatabaseFiles? _known;
    private string? _away;

    /// <summary>How many connections are in use.</summary>
    public int InUse
    {
        get
        {
            lock (_lock) return _inUse.Count;
        }
    }

    /// <summary>Allows connections to these files.</summary>
    public void Allow(DatabaseFiles files)
    {
        lock (_lock) (_known, _away) = (files, null);
    }

    /// <summary>Allows every connection, until files are known again.</summary>
    public void Forget()
    {
        lock (_lock) (_known, _away) = (null, null);
    }

    /// <summary>Allows none from now on. Those in use go on.</summary>
    /// <param name="reason">For the log and for admins, in English.</param>
    public void Refuse(string reason)
    {
        lock (_lock) _away = reason;
    }

    public override InterceptionResult ConnectionOpening(
        DbConnection connection, ConnectionEventData eventData, InterceptionResult result)
    {
        Enter(connection);
        return result;
    }

    public override ValueTask<InterceptionResult> ConnectionOpeningAsync(
        DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        Enter(connection);
        return new(result);
    }

    public override void ConnectionFailed(DbConnection connection, ConnectionErrorEventData eventData) => Leave(connection);

    public override Task ConnectionFailedAsync(
        DbConnection connection, ConnectionErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        Leave(connection);
        return Task.CompletedTask;
    }

    /// <exception cref="SqliteException">The database is away; the code is the one for a file that cannot be opened.</exception>
    private void Enter(DbConnection connection)
    {
        lock (_lock)
        {
            if (_away is not null) throw new SqliteException(_away, DatabaseFault.CannotOpen);
            if (_known is { } known && known != DatabaseFiles.At(path))
                throw new SqliteException($"The files of the database {path} have changed.", DatabaseFault.CannotOpen);
            if (_inUse.Add(connection)) connection.StateChange += OnStateChange;
        }
    }

    private void OnStateChange(object sender, StateChangeEventArgs change)
    {
        if (change.CurrentState is ConnectionState.Closed && sender is DbConnection connection) Leave(connection);
    }

    private void Leave(DbConnection connection)
    {
        connection.StateChange -= OnStateChange;
        lock (_lock) _inUse.Remove(connection);
    }
}
