using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Portal.Data.Sqlite;

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
    private readonly DatabaseFollower _database;
    private long _dataVersion;
    private long _registryVersion;
    private bool _logIsEmpty;
    private bool _failing;

    /// <param name="connectionString">The one given to <see cref="DataSetup.AddPortalData"/>.</param>
    /// <param name="presence">What the connections of the stores ask.</param>
    internal RegistryWatcher(string connectionString, DatabasePresence presence, TimeProvider time, ILogger<RegistryWatcher> logger)
    {
        _logger = logger;
        _path = new SqliteConnectionStringBuilder(connectionString).DataSource;
        _database = new(connectionString, presence, time, logger);
    }

    /// <summary>
    /// True when something may have changed since the last call: also at the first call, and after the file was replaced
    /// or could not be read for a while. A database that cannot be read now answers false, and true once it can.
    /// </summary>
    public async Task<bool> HasChangedAsync(CancellationToken cancellationToken)
    {
        try
        {
            var (isThere, isNew) = await _database.FollowAsync(cancellationToken);
            var hasChanged = isThere && _database.Connection is { } connection && HasChanged(connection, isNew);
            _failing = false;
            return hasChanged;
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            if (!_failing) Log.Unreadable(_logger, e, _path);
            _failing = true;
            _database.Close();
            return false;
        }
    }

    public void Dispose() => _database.Dispose();

    private bool HasChanged(SqliteConnection connection, bool isNew)
    {
        var dataVersion = DataVersion(connection);
        _logIsEmpty = (_logIsEmpty && dataVersion == _dataVersion) || _database.TryEmptyLog();
        if (!isNew && dataVersion == _dataVersion) return false;
        var registryVersion = RegistryVersion(connection);
        _dataVersion = dataVersion;
        if (!isNew && registryVersion == _registryVersion) return false;
        _registryVersion = registryVersion;
        return true;
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
    }
}
