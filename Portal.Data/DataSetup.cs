using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

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
        services.AddDbContextFactory<PortalDbContext>(options => options.UsePortalSqlite(connectionString));
        services.AddSingleton<RegisteredIpStore>();
        services.AddSingleton<AccessRequestStore>();
        services.AddSingleton<AuditStore>();
        services.AddSingleton<UsageStore>();
        services.AddSingleton<AnnouncementStore>();
        services.AddSingleton<SightingStore>();
        services.AddSingleton<WritableCheck>();
        services.AddSingleton(provider => new RegistryWatcher(
            connectionString, provider.GetRequiredService<ILogger<RegistryWatcher>>()));
        return services;
    }

    /// <summary>SQLite as the portal uses it: the same settings on every connection, migrations of their own.</summary>
    public static DbContextOptionsBuilder UsePortalSqlite(
        this DbContextOptionsBuilder options, string connectionString) =>
        options
            .UseSqlite(Complete(connectionString), sqlite => sqlite.MigrationsAssembly("Portal.Migrations.Sqlite"))
            .AddInterceptors(new ConnectionPragmas(), new ReadOnlyRecovery());

    /// <summary>
    /// The connection string with which the pool is keyed. The driver tries a busy statement again until the default
    /// timeout is over, on top of SQLite's own waiting: both are the same five seconds.
    /// </summary>
    internal static string Complete(string connectionString) =>
        new SqliteConnectionStringBuilder(connectionString)
        {
            ForeignKeys = true,
            DefaultTimeout = ConnectionPragmas.BusySeconds,
        }.ToString();
}
