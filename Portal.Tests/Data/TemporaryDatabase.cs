using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Portal.Data;
using Portal.Data.Sqlite;
using Xunit;

namespace Portal.Tests.Data;

/// <summary>A database file in a folder of its own, and what stands around it.</summary>
internal sealed class TemporaryDatabase : IDbContextFactory<PortalDbContext>, IDisposable
{
    public static readonly Actor Anyone = new("test");

    public string Folder { get; } = Directory.CreateTempSubdirectory("portal-data-").FullName;

    public string Path => System.IO.Path.Combine(Folder, "portal.db");

    public string ConnectionString => $"Data Source={Path}";

    public ManualTimeProvider Time { get; } = new();

    public IEnumerable<string> Copies => Directory.EnumerateFiles(Folder, "*.bak*");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public Task PrepareAsync() =>
        PortalDatabase.PrepareAsync(ConnectionString, time: Time, cancellationToken: Cancelled);

    private DatabasePresence Presence => field ??= new(Path);

    public RegisteredIpStore Store() => new(this, Time);

    public RegistryWatcher Watcher() => new(ConnectionString, Presence, Time, NullLogger<RegistryWatcher>.Instance);

    public PortalDbContext CreateDbContext()
    {
        var options = new DbContextOptionsBuilder<PortalDbContext>();
        options.UsePortalSqlite(ConnectionString).AddInterceptors(Presence);
        return new PortalDbContext(options.Options);
    }

    /// <summary>A row that is as given: the test fails when it is refused.</summary>
    public async Task<RegisteredIp> AddAsync(
        string network,
        Role role = Role.User,
        int? port = null,
        string label = "",
        bool enabled = true,
        DateTimeOffset? expiresAt = null)
    {
        var change = await Store().AddAsync(new(network, role, port, label, enabled, expiresAt), Anyone, Cancelled);
        Assert.Empty(change.Errors);
        Assert.NotNull(change.Row);
        return change.Row;
    }

    /// <summary>As another program would: a connection of its own, outside the pool.</summary>
    public SqliteConnection OpenRaw()
    {
        var connection = new SqliteConnection($"Data Source={Path};Pooling=False;Default Timeout=1");
        connection.Open();
        return connection;
    }

    public object? Execute(string sql)
    {
        using var connection = OpenRaw();
        return Execute(connection, sql);
    }

    public static object? Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    public void Dispose()
    {
        ClosePool();
        Directory.Delete(Folder, recursive: true);
    }

    public void ClosePool()
    {
        using var context = CreateDbContext();
        SqliteConnection.ClearPool((SqliteConnection)context.Database.GetDbConnection());
    }
}
