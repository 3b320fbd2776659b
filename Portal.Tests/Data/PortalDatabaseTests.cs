using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Portal.Data;
using Xunit;

namespace Portal.Tests.Data;

public sealed class PortalDatabaseTests : IDisposable
{
    private readonly TemporaryDatabase _database = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _database.Dispose();

    [Fact]
    public void The_model_has_no_changes_without_a_migration()
    {
        using var context = _database.CreateDbContext();

        Assert.False(
            context.Database.HasPendingModelChanges(),
            "Run: dotnet ef migrations add <Name> --project migrations/Sqlite");
    }

    [Fact]
    public async Task From_nothing_a_database_is_made_and_no_copy_kept()
    {
        await _database.PrepareAsync();

        await _database.AddAsync("10.1.2.3");
        Assert.Empty(_database.Copies);
    }

    [Fact]
    public async Task Preparing_again_changes_nothing()
    {
        await _database.PrepareAsync();
        await _database.AddAsync("10.1.2.3");

        await _database.PrepareAsync();

        Assert.Single(await _database.Store().AllAsync(Cancelled));
        Assert.Empty(_database.Copies);
    }

    [Fact]
    public async Task A_copy_of_the_database_as_it_was_is_kept_before_a_migration()
    {
        await MigrateBackAsync();
        _database.Execute("CREATE TABLE sqlar_probe (x); INSERT INTO sqlar_probe VALUES ('before')");
        _database.Execute("ALTER TABLE sqlar_probe RENAME TO __EFMigrationsProbe");

        await _database.PrepareAsync();

        var copy = Assert.Single(_database.Copies);
        Assert.Equal("portal.db.before-empty-20260131120000.bak", Path.GetFileName(copy));
        await using var kept = new SqliteConnection($"Data Source={copy};Mode=ReadOnly;Pooling=False");
        await kept.OpenAsync(Cancelled);
        Assert.Equal("before", TemporaryDatabase.Execute(kept, "SELECT x FROM __EFMigrationsProbe"));
        Assert.Equal(0L, TemporaryDatabase.Execute(kept, "SELECT COUNT(*) FROM sqlite_master WHERE name = 'RegisteredIps'"));
        await _database.AddAsync("10.1.2.3");
    }

    [Fact]
    public async Task A_lock_row_that_a_killed_process_left_behind_blocks_nobody()
    {
        await MigrateBackAsync();
        _database.Execute(
            """
            CREATE TABLE IF NOT EXISTS "__EFMigrationsLock" ("Id" INTEGER NOT NULL PRIMARY KEY, "Timestamp" TEXT NOT NULL);
            INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01 00:00:00+00:00');
            """);

        await _database.PrepareAsync().WaitAsync(TimeSpan.FromSeconds(60), Cancelled);

        await _database.AddAsync("10.1.2.3");
    }

    [Fact]
    public async Task Several_that_prepare_at_once_do_it_one_after_another()
    {
        await MigrateBackAsync();

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(
            () => PortalDatabase.PrepareAsync(_database.ConnectionString, cancellationToken: Cancelled), Cancelled)));

        await _database.AddAsync("10.1.2.3");
        Assert.Single(_database.Copies);
        Assert.Equal(
            _database.CreateDbContext().Database.GetMigrations().LongCount(), _database.Execute("SELECT COUNT(*) FROM __EFMigrationsHistory"));
    }

    [Fact]
    public async Task Who_waits_too_long_for_another_is_told_which_file_it_is_about()
    {
        await using var held = new FileStream(_database.Path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

        var e = await Assert.ThrowsAsync<PortalDatabaseException>(() => PortalDatabase.PrepareAsync(
            _database.ConnectionString, lockLimit: TimeSpan.FromMilliseconds(200), cancellationToken: Cancelled));

        Assert.Contains(_database.Path + ".lock", e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_database.Path));
    }

    [Fact]
    public async Task A_database_of_a_newer_program_is_refused()
    {
        await _database.PrepareAsync();
        _database.Execute("INSERT INTO __EFMigrationsHistory VALUES ('99990101000000_Future', '99.0.0')");

        var e = await Assert.ThrowsAsync<PortalDatabaseException>(_database.PrepareAsync);

        Assert.Contains(_database.Path, e.Message, StringComparison.Ordinal);
        Assert.Contains("99990101000000_Future", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_of_another_program_is_refused()
    {
        _database.Execute("CREATE TABLE recipes (x)");

        var e = await Assert.ThrowsAsync<PortalDatabaseException>(_database.PrepareAsync);

        Assert.Contains("recipes", e.Message, StringComparison.Ordinal);
        Assert.Equal(1L, _database.Execute("SELECT COUNT(*) FROM sqlite_master"));
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_and_left_untouched()
    {
        var garbage = new byte[20_000];
        new Random(1).NextBytes(garbage);
        await File.WriteAllBytesAsync(_database.Path, garbage, Cancelled);

        var e = await Assert.ThrowsAsync<PortalDatabaseException>(_database.PrepareAsync);

        Assert.Contains(_database.Path, e.Message, StringComparison.Ordinal);
        Assert.Equal(garbage, await File.ReadAllBytesAsync(_database.Path, Cancelled));
    }

    [Fact]
    public async Task A_damaged_database_is_refused_and_left_untouched()
    {
        await _database.PrepareAsync();
        for (var i = 0; i < 40; i++) await _database.AddAsync($"10.0.0.{i}", label: new string('x', 90));
        _database.ClosePool();
        var bytes = await File.ReadAllBytesAsync(_database.Path, Cancelled);
        new Random(1).NextBytes(bytes.AsSpan(4096));
        await File.WriteAllBytesAsync(_database.Path, bytes, Cancelled);

        var e = await Assert.ThrowsAsync<PortalDatabaseException>(_database.PrepareAsync);

        _database.ClosePool();
        Assert.Contains(_database.Path, e.Message, StringComparison.Ordinal);
        Assert.Contains("damaged", e.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(_database.Path, Cancelled));
    }

    [Theory]
    [InlineData("Data Source=portal.db")]
    [InlineData("Data Source=:memory:")]
    [InlineData("Data Source=")]
    [InlineData("Host=db;Database=portal")]
    [InlineData("rubbish")]
    public async Task A_connection_string_that_names_no_absolute_file_is_refused(string connectionString)
    {
        var e = await Assert.ThrowsAsync<PortalDatabaseException>(
            () => PortalDatabase.PrepareAsync(connectionString, cancellationToken: Cancelled));

        Assert.Contains("ConnectionStrings:Portal", e.Message, StringComparison.Ordinal);
    }

    /// <summary>To the state before the first migration, as an older program would have left it.</summary>
    private async Task MigrateBackAsync()
    {
        await _database.PrepareAsync();
        await using var context = _database.CreateDbContext();
        await context.GetService<IMigrator>().MigrateAsync(Migration.InitialDatabase, Cancelled);
    }
}
