using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace Portal.Data.Sqlite;

/// <summary>
/// Holds one connection to the database and follows its files: 1. moved, removed, replaced or overwritten, nothing is opened any
/// more; 2. connections in use come to their end; 3. what the log holds is written into the file, wherever it is now, or into a copy
/// where it was removed; 4. once the same registry is at the path again, everything is opened again. For one caller at a time.
/// </summary>
internal sealed partial class DatabaseFollower(string connectionString, DatabasePresence presence, TimeProvider time, ILogger logger)
    : IDisposable
{
    private const string EmptyLog = "PRAGMA wal_checkpoint(TRUNCATE)";

    private readonly string _pooled = DataSetup.Complete(connectionString);
    private readonly string _path = new SqliteConnectionStringBuilder(connectionString).DataSource;
    private DatabaseFiles _files;
    private DatabaseIdentity _identity;
    private DateTime _written;
    private bool _canOnlyRead;
    private Departure? _departure;
    private (FileIdentity? File, DateTime Written, string Reason)? _refused;
    private string? _told;

    /// <summary>The connection that was opened last; null while the database is away.</summary>
    public SqliteConnection? Connection { get; private set; }

    /// <summary>Returns true when <see cref="Connection"/> is usable, and whether it is another one than the time before.</summary>
    public async Task<(bool IsThere, bool IsNew)> FollowAsync(CancellationToken cancellationToken)
    {
        if (Connection is not null && _departure is null) _departure = FindDeparture();
        if (Connection is not null && _departure is { } departure)
        {
            if (await WhyNotLeftAsync(Connection, departure, cancellationToken) is { } staying) return Away(staying);
            Connection = null;
        }

        if (_canOnlyRead && CanBeWrittenAgain())
        {
            ClearPool();
            Close();
        }

        if (Connection is not null) return (IsThere: true, IsNew: false);
        if (await WhyNotOpenedAsync(cancellationToken) is { } why) return Away(why);
        if (_departure is not null) Log.Opened(logger, _path);
        (_departure, _refused, _told) = (null, null, null);
        return (IsThere: true, IsNew: true);
    }

    /// <summary>
    /// Writes the log into the file and empties it, so that the file alone is the whole database soon after each change. Returns
    /// false where it has to be tried again; nobody waits for it.
    /// </summary>
    public bool TryEmptyLog()
    {
        if (Connection is not { } connection) return false;
        try
        {
            Ask(connection, "PRAGMA busy_timeout = 0");
            return Ask(connection, EmptyLog) is 0L;
        }
        catch (SqliteException)
        {
            return false; // the disk is full, or can only be read
        }
        finally
        {
            ConnectionPragmas.Apply(connection);
        }
    }

    /// <summary>Closes the connection after a failure; the next call opens another.</summary>
    public void Close()
    {
        if (_departure is null) presence.Forget();
        Connection?.Dispose();
        Connection = null;
    }

    public void Dispose() => Connection?.Dispose();

    private (bool IsThere, bool IsNew) Away(string reason)
    {
        presence.Refuse(reason);
        if (!string.Equals(_told, reason, StringComparison.Ordinal)) Log.Away(logger, reason);
        _told = reason;
        return default;
    }

    /// <summary>Returns null while the files are those that were opened, with what was written there by SQLite.</summary>
    private Departure? FindDeparture()
    {
        if (DatabaseFiles.At(_path) != _files) return _files.Main?.FindOpen() is { HasName: false } ? Departure.Removed : Departure.Moved;
        if (WrittenAt() is var written && written == _written) return null;
        _written = written;
        var head = _files.Main?.FindOpen()?.ReadHead();
        return head is null || (head.Value.HasLog && head.Value.Identity == _identity) ? null : Departure.Overwritten;
    }

    /// <summary>Lets go of the files. Null when that is done, else the reason to try again later.</summary>
    private async Task<string?> WhyNotLeftAsync(SqliteConnection connection, Departure departure, CancellationToken cancellationToken)
    {
        presence.Refuse($"The files of the database {_path} were moved, removed or replaced.");
        if (presence.InUse > 0) return $"The files of the database {_path} were moved, removed or replaced, and are in use still.";
        ClearPool();
        try
        {
            if (departure is Departure.Removed)
            {
                var copy = FormattableString.Invariant($"{_path}.before-removal-{time.GetUtcNow().UtcDateTime:yyyyMMddHHmmss}.bak");
                if (!File.Exists(copy)) await DatabaseFile.CopyAsync(connection, copy, cancellationToken);
                Log.Kept(logger, _path, copy);
            }
            else if (departure is Departure.Moved && Ask(connection, EmptyLog) is not 0L)
            {
                return $"The database {_path} was moved, and another program uses it.";
            }
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            return $"What the database {_path} held before it was moved or removed cannot be written: {e.Message}";
        }

        // By its name SQLite would remove the log of whatever is at the path now.
        const int NoCheckpointOnClose = 1006;
        _ = raw.sqlite3_db_config(connection.Handle, NoCheckpointOnClose, 1, out _);
        await connection.DisposeAsync();
        return null;
    }

    private async Task<string?> WhyNotOpenedAsync(CancellationToken cancellationToken)
    {
        if (_departure is { } departure)
        {
            if (WhyAbsent(departure) is { } absent) return absent;
            var state = (DatabaseFiles.At(_path).Main, WrittenAt());
            if (_refused is { } refused && (refused.File, refused.Written) == state) return refused.Reason;
            if (await PortalDatabase.WhyUnfitAsync(connectionString, _identity, cancellationToken) is { } unfit)
            {
                _refused = (state.Main, state.Item2, unfit);
                return unfit;
            }
        }

        return Open();
    }

    /// <summary>Returns null where a file is in place, with no log beside it but its own.</summary>
    private string? WhyAbsent(Departure departure)
    {
        var found = DatabaseFiles.At(_path);
        if (found.Main is null) return $"The database {_path} is not there.";
        if (new FileInfo(DatabaseFiles.RealPath(_path)).Length is 0) return $"The database {_path} is empty.";
        var isSame = found.Main == _files.Main;
        if (departure is Departure.Overwritten || isSame != (found.Log == _files.Log)) StaleLog.SetAside(_path, time.GetUtcNow(), logger);
        else StaleLog.SetAsideBesideCopy(_path, time.GetUtcNow(), logger);
        return null;
    }

    private string? Open()
    {
        Connection = new SqliteConnection(new SqliteConnectionStringBuilder(_pooled) { Pooling = false }.ToString());
        Connection.Open();
        ConnectionPragmas.Apply(Connection);
        if (_departure is not null) Ask(Connection, "PRAGMA journal_mode = WAL");
        var identity = DatabaseIdentity.Of(Connection);
        if (_identity == DatabaseIdentity.None) _identity = identity;
        else if (identity == DatabaseIdentity.None) _identity.WriteTo(Connection);
        else if (identity != _identity)
        {
            _departure = Departure.Moved;
            Close();
            return DatabaseCheck.Another(_path);
        }

        Ask(Connection, "SELECT COUNT(*) FROM sqlite_master"); // the log and its index are there from the first look on
        _files = DatabaseFiles.At(_path);
        _written = WrittenAt();
        _canOnlyRead = CanOnlyRead(Connection);
        presence.Allow(_files);
        return null;
    }

    /// <summary>
    /// Returns true where the file, or the memory that all connections of this process share, was opened for reading alone. As long
    /// as one such connection is open, none can write.
    /// </summary>
    private static bool CanOnlyRead(SqliteConnection connection)
    {
        if (ConnectionPragmas.CanOnlyRead(connection)) return true;
        const int PrimaryCode = 0xFF;
        var answer = raw.sqlite3_exec(connection.Handle, "PRAGMA busy_timeout = 0; BEGIN IMMEDIATE; ROLLBACK");
        ConnectionPragmas.Apply(connection);
        return (answer & PrimaryCode) is DatabaseFault.ReadOnly;
    }

    private bool CanBeWrittenAgain()
    {
        var path = DatabaseFiles.RealPath(_path);
        return FileRights.WhyNotWritable(path) is null && FileRights.WhyNotWritable(path + "-shm") is null;
    }

    private void ClearPool()
    {
        using var pooled = new SqliteConnection(_pooled);
        SqliteConnection.ClearPool(pooled);
    }

    private DateTime WrittenAt() => File.GetLastWriteTimeUtc(DatabaseFiles.RealPath(_path));

    private static object? Ask(SqliteConnection connection, string query)
    {
        using var command = connection.CreateCommand();
        command.CommandText = query;
        return command.ExecuteScalar();
    }

    /// <summary>What became of the files that were open.</summary>
    private enum Departure
    {
        /// <summary>They are elsewhere, or another link leads elsewhere.</summary>
        Moved,

        /// <summary>No name leads to the database any more.</summary>
        Removed,

        /// <summary>Another program wrote into the database, past SQLite.</summary>
        Overwritten,
    }

    private static partial class Log
    {
        [LoggerMessage(5011, LogLevel.Warning, "The files of the database {Path} were moved or replaced, and are opened again")]
        public static partial void Opened(ILogger logger, string path);

        [LoggerMessage(5012, LogLevel.Error, "{Reason} What is known of the registry stays in force")]
        public static partial void Away(ILogger logger, string reason);

        [LoggerMessage(5013, LogLevel.Warning, "The database {Path} was removed; what it held is kept as {Copy}")]
        public static partial void Kept(ILogger logger, string path, string copy);
    }
}
