using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Portal.Data;

/// <summary>
/// Notices what any other connection, of this process or another, has changed in the registry. Holds one connection open
/// and asks <c>PRAGMA data_version</c> (https://sqlite.org/pragma.html#pragma_data_version), which takes microseconds and no
/// lock that a writer would wait for; only when that has moved, the version that the registry's triggers raise. For one
/// caller at a time.
/// </summary>
public sealed partial class RegistryWatcher : IDisposable
{
    private readonly ILogger _logger;
    private readonly string _path;
    private readonly string _pooled;
    private readonly string _own;
    private SqliteConnection? _connection;
    private DateTime _created;
    private long _dataVersion;
    private long _registryVersion;
    private bool _failing;
    private int _renewals;

    /// <param name="connectionString">The one given to <see cref="DataSetup.AddPortalData"/>.</param>
    public RegistryWatcher(string connectionString, ILogger<RegistryWatcher> logger)
    {
        _logger = logger;
        _pooled = DataSetup.Complete(connectionString);
        var own = new SqliteConnectionStringBuilder(_pooled) { Pooling = false, Mode = SqliteOpenMode.ReadWrite };
        _path = own.DataSource;
        _own = own.ToString();
    }

    /// <summary>
    /// True when something may have changed since the last call: also at the first call, and after the file was replaced
    /// or could not be read for a while. A database that cannot be read now answers false, and true once it can.
    /// </summary>
    public Task<bool> HasChangedAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return Task.FromResult(HasChanged());
        }
        catch (Exception e) when (e is SqliteException or IOException)
        {
            if (!_failing) Log.Unreadable(_logger, e, _path);
            _failing = true;
            Close();
            return Task.FromResult(false);
        }
    }

    public void Dispose() => Close();

    private bool HasChanged()
    {
        // Another file under the same name: connections that are open still see the old one. Where a file system keeps no
        // time of birth, the time of the last change stands in for it: more is opened anew than would be needed.
        var created = File.GetCreationTimeUtc(_path);
        if (_connection is not null && created != _created) Reopen();
        if (_renewals != ReadOnlyRecovery.Renewals) Close();

        if (_connection is null)
        {
            _renewals = ReadOnlyRecovery.Renewals;
            _connection = new SqliteConnection(_own);
            _connection.Open();
            ConnectionPragmas.Apply(_connection);
            _dataVersion = DataVersion(_connection);
            _registryVersion = RegistryVersion(_connection);
            _created = created;
            _failing = false;
            return true;
        }

        var dataVersion = DataVersion(_connection);
        if (dataVersion == _dataVersion) return false;
        var registryVersion = RegistryVersion(_connection);
        _dataVersion = dataVersion;
        if (registryVersion == _registryVersion) return false;
        _registryVersion = registryVersion;
        return true;
    }

    private void Reopen()
    {
        Log.Replaced(_logger, _path);
        Close();
        using var pooled = new SqliteConnection(_pooled);
        SqliteConnection.ClearPool(pooled);
    }

    private void Close()
    {
        _connection?.Dispose();
        _connection = null;
    }

    private static long DataVersion(SqliteConnection connection) => Ask(connection, "PRAGMA data_version");

    private static long RegistryVersion(SqliteConnection connection) => Ask(connection, "SELECT Value FROM RegistryVersion");

    private static long Ask(SqliteConnection connection, string query)
    {
        using var command = connection.CreateCommand();
        command.CommandText = query;
        return (long)(command.ExecuteScalar() ?? 0L);
    }

    private static partial class Log
    {
        [LoggerMessage(5010, LogLevel.Warning, "The registry {Path} cannot be read; what is known of it stays in force")]
        public static partial void Unreadable(ILogger logger, Exception exception, string path);

        [LoggerMessage(5011, LogLevel.Information, "The database {Path} is another file now: it is opened anew")]
        public static partial void Replaced(ILogger logger, string path);
    }
}
