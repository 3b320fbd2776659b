using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Portal.Data;
using Xunit;

namespace Portal.Tests.Data;

public sealed class ConnectionTests : DatabaseTest
{
    [Fact]
    public async Task Every_connection_has_the_settings_that_SQLite_does_not_keep_in_the_file()
    {
        var contexts = Enumerable.Range(0, 4).Select(_ => Database.CreateDbContext()).ToList();
        foreach (var context in contexts)
        {
            await context.Database.OpenConnectionAsync(Cancelled);

            Assert.Equal(("wal", 1L, 5000L, 2L), await SettingsAsync(context));

            await context.Database.ExecuteSqlRawAsync(
                "PRAGMA foreign_keys = OFF; PRAGMA busy_timeout = 0; PRAGMA synchronous = OFF", Cancelled);
        }

        // Given back to the pool and taken out again, by the other way to open.
        foreach (var context in contexts) await context.DisposeAsync();
        await using var again = Database.CreateDbContext();
        again.Database.OpenConnection();
        Assert.Equal(("wal", 1L, 5000L, 2L), await SettingsAsync(again));
    }

    [Fact]
    public async Task Nobody_else_can_read_what_lies_in_the_folder()
    {
        if (OperatingSystem.IsWindows()) return;

        using var database = new TemporaryDatabase();
        var folder = Path.Combine(database.Folder, "a", "b");
        var path = Path.Combine(folder, "portal.db");
        await PortalDatabase.PrepareAsync($"Data Source={path}", time: database.Time, cancellationToken: Cancelled);
        var options = new DbContextOptionsBuilder<PortalDbContext>();
        options.UsePortalSqlite($"Data Source={path};Pooling=False");
        await using (var context = new PortalDbContext(options.Options))
        {
            await context.Database.OpenConnectionAsync(Cancelled);
            await context.GetService<IMigrator>().MigrateAsync(Migration.InitialDatabase, Cancelled);
            await context.Database.ExecuteSqlRawAsync("CREATE TABLE __EFMigrationsProbe (x)", Cancelled);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, Mode(path + "-wal"));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, Mode(path + "-shm"));
        }

        await PortalDatabase.PrepareAsync($"Data Source={path}", time: database.Time, cancellationToken: Cancelled);

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, Mode(folder));
        var files = Directory.GetFiles(folder);
        Assert.Contains(files, file => file.EndsWith(".bak", StringComparison.Ordinal));
        Assert.All(files, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, Mode(file)));
    }

    [Fact]
    public async Task A_database_that_others_could_read_is_closed_to_them()
    {
        if (OperatingSystem.IsWindows()) return;

        Database.ClosePool();
        File.SetUnixFileMode(Database.Path, (UnixFileMode)0b110_110_110);

        await Database.PrepareAsync();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, Mode(Database.Path));
    }

    [Fact]
    public async Task A_folder_that_holds_more_than_the_database_keeps_its_mode()
    {
        if (OperatingSystem.IsWindows()) return;

        using var database = new TemporaryDatabase();
        await File.WriteAllTextAsync(Path.Combine(database.Folder, "another's"), "", Cancelled);
        File.SetUnixFileMode(database.Folder, (UnixFileMode)0b111_101_101);

        await database.PrepareAsync();

        Assert.Equal((UnixFileMode)0b111_101_101, Mode(database.Folder));
    }

    [Fact]
    public void The_database_itself_refuses_what_no_store_would_write()
    {
        using var connection = Database.OpenRaw();
        const string Insert = "INSERT INTO RegisteredIps (Network, NetworkKey, LabelKey, Label, Role, Port, Enabled, CreatedAt, "
            + "CreatedBy, UpdatedAt, UpdatedBy, Version) VALUES ('10.0.0.1', 'k', '', '', '{0}', {1}, 1, 0, '', 0, '', '')";

        foreach (var (role, port) in new[] { ("Owner", "NULL"), ("User", "80"), ("User", "65536") })
            Assert.Throws<Microsoft.Data.Sqlite.SqliteException>(() => TemporaryDatabase.Execute(
                connection, Insert.Replace("{0}", role, StringComparison.Ordinal).Replace("{1}", port, StringComparison.Ordinal)));
    }

    private static UnixFileMode Mode(string path) =>
        OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(path);

    private static async Task<(string Journal, long ForeignKeys, long Busy, long Synchronous)> SettingsAsync(PortalDbContext context) =>
    (
        await context.Database.SqlQueryRaw<string>("SELECT journal_mode AS Value FROM pragma_journal_mode").SingleAsync(Cancelled),
        await context.Database.SqlQueryRaw<long>("SELECT foreign_keys AS Value FROM pragma_foreign_keys").SingleAsync(Cancelled),
        await context.Database.SqlQueryRaw<long>("SELECT timeout AS Value FROM pragma_busy_timeout").SingleAsync(Cancelled),
        await context.Database.SqlQueryRaw<long>("SELECT synchronous AS Value FROM pragma_synchronous").SingleAsync(Cancelled));
}
