using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Portal.Data.Sqlite;

namespace Portal.Data;

/// <summary>
/// What a host says to have the registry; before the first use it calls <see cref="PortalDatabase.PrepareAsync"/>.
/// </summary>
public static class DataSetup
{
    /// <summary>Adds the registry's store, its watcher and the factory of <see cref="PortalDbContext"/>.</summary>
    public static IServiceCollection AddPortalData(this IServiceCollection services, string connectionString)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(new DatabasePresence(new SqliteConnectionStringBuilder(connectionString).DataSource));
        services.AddDbContextFactory<PortalDbContext>((provider, options) =>
            options.UsePortalSqlite(connectionString).AddInterceptors(provider.GetRequiredService<DatabasePresence>()));
        services.AddSingleton<RegisteredIpStore>();
        services.AddSingleton<AccessRequestStore>();
        services.AddSingleton<AuditStore>();
        services.AddSingleton<UsageStore>();
        services.AddSingleton<AnnouncementStore>();
        services.AddSingleton<SightingStore>();
        services.AddSingleton<WritableCheck>();
        services.AddSingleton(provider => new RegistryWatcher(
            connectionString,
            provider.GetRequiredService<DatabasePresence>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<RegistryWatcher>>()));
        return services;
    }

    /// <summary>SQLite as the portal uses it: the same settings on every connection, migrations of their own.</summary>
    public static DbContextOptionsBuilder UsePortalSqlite(
        this DbContextOptionsBuilder options, string connectionString) =>
        options
            .UseSqlite(Complete(connectionString), sqlite => sqlite.MigrationsAssembly("Portal.Migrations.Sqlite"))
            .AddInterceptors(new ConnectionPragmas(), new ReadOnlyRecovery());

    /// <summary>
    /// The connection string with which the pool is keyed. No connection makes a file: <see cref="PortalDatabase.PrepareAsync"/>
    /// alone does, and knows whether there was one. The driver tries a busy statement again until the default
    /// timeout is over, on top of SQLite's own waiting: both are the same five seconds.
    /// </summary>
    internal static string Complete(string connectionString) =>
        new SqliteConnectionStringBuilder(connectionString)
        {
            Mode = SqliteOpenMode.ReadWrite,
            ForeignKeys = true,
            DefaultTimeout = ConnectionPragmas.BusySeconds,
        }.ToString();
}
