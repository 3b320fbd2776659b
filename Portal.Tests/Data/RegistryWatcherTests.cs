using Portal.Data;
using Portal.Tests.Faults;
using Xunit;

namespace Portal.Tests.Data;

public sealed class RegistryWatcherTests : DatabaseTest
{
    [Fact]
    public async Task The_first_look_says_changed_so_that_nothing_is_missed()
    {
        using var watcher = Database.Watcher();

        Assert.True(await watcher.HasChangedAsync(Cancelled));
        Assert.False(await watcher.HasChangedAsync(Cancelled));
    }

    [Fact]
    public async Task What_another_connection_commits_is_noticed_once()
    {
        using var watcher = await WatchingAsync();
        await using var other = Database.OpenRaw();

        await Database.AddAsync("10.0.0.1");
        Assert.True(await watcher.HasChangedAsync(Cancelled));
        Assert.False(await watcher.HasChangedAsync(Cancelled));

        TemporaryDatabase.Execute(other, "BEGIN IMMEDIATE; UPDATE RegisteredIps SET Enabled = 0");
        Assert.False(await watcher.HasChangedAsync(Cancelled));

        TemporaryDatabase.Execute(other, "COMMIT");
        Assert.True(await watcher.HasChangedAsync(Cancelled));
        Assert.False(await watcher.HasChangedAsync(Cancelled));
    }

    [Theory]
    [InlineData("INSERT INTO AppUsages VALUES ('2026-01-01', '10.0.0.1', 'map', 1, 60, 1)", false)]
    [InlineData("INSERT INTO Sightings VALUES (1, '10.0.0.1', 1)", false)]
    [InlineData("DELETE FROM RegisteredIps", true)]
    [InlineData("UPDATE RegisteredIps SET Label = 'by hand'", true)]
    [InlineData("INSERT INTO RegisteredIps SELECT 2, '10.0.0.2', Role, Port, Label, Enabled, ExpiresAt, CreatedAt, CreatedBy, UpdatedAt, UpdatedBy, Version, 'key', LabelKey, Notes FROM RegisteredIps", true)]
    public async Task Only_a_change_of_the_registry_is_one(string sql, bool hasChanged)
    {
        await Database.AddAsync("10.0.0.1");
        using var watcher = await WatchingAsync();

        Database.Execute(sql);

        Assert.Equal(hasChanged, await watcher.HasChangedAsync(Cancelled));
    }

    [Fact]
    public async Task A_database_that_was_replaced_is_noticed_and_the_store_sees_the_new_one()
    {
        await Database.AddAsync("10.0.0.1");
        var copy = Database.Path + ".copy";
        Database.Execute($"VACUUM INTO '{copy}'");
        await Database.AddAsync("10.0.0.2");
        using var watcher = await WatchingAsync();

        Database.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        File.Move(copy, Database.Path, overwrite: true);
        foreach (var beside in new[] { "-wal", "-shm" }) File.Delete(Database.Path + beside);

        Assert.True(await watcher.HasChangedAsync(Cancelled));
        Assert.Equal("10.0.0.1", Assert.Single(await Store.AllAsync(Cancelled)).Network);
        Assert.False(await watcher.HasChangedAsync(Cancelled));
        await Database.AddAsync("10.0.0.3");
        Assert.True(await watcher.HasChangedAsync(Cancelled));
    }

    [Fact]
    public async Task A_database_that_cannot_be_read_for_a_while_has_changed_when_it_can()
    {
        using var watcher = await WatchingAsync();
        Database.ClosePool();
        Database.Execute("PRAGMA wal_checkpoint(TRUNCATE)");

        File.Move(Database.Path, Database.Path + ".away");
        Assert.False(await watcher.HasChangedAsync(Cancelled));
        Assert.False(await watcher.HasChangedAsync(Cancelled));
        Assert.False(File.Exists(Database.Path));

        await File.WriteAllTextAsync(Database.Path, new string('x', 5000), Cancelled);
        Assert.False(await watcher.HasChangedAsync(Cancelled));

        File.Move(Database.Path + ".away", Database.Path, overwrite: true);
        Assert.True(await watcher.HasChangedAsync(Cancelled));
        Assert.False(await watcher.HasChangedAsync(Cancelled));
    }

    [Fact]
    public async Task What_was_opened_while_the_disk_could_only_be_read_does_not_keep_others_from_writing()
    {
        using var watcher = Database.Watcher();
        var other = Database.OpenRaw();
        TemporaryDatabase.Execute(other, "SELECT COUNT(*) FROM sqlite_master");
        await using (await SmallDisk.ReadOnlyAsync(Database.Folder))
        {
            Database.ClosePool();
            await other.DisposeAsync(); // its log stays: nothing can be removed
            Assert.True(await watcher.HasChangedAsync(Cancelled));
            Assert.Empty(await Store.AllAsync(Cancelled));
            Assert.Contains("readonly", await new WritableCheck(Database).WhyNotAsync(Cancelled), StringComparison.Ordinal);
        }

        Assert.True(await watcher.HasChangedAsync(Cancelled));

        Assert.Null(await new WritableCheck(Database).WhyNotAsync(Cancelled));
        await Database.AddAsync("10.0.0.1");
    }

    [Fact]
    public async Task What_was_read_while_the_disk_could_only_be_read_keeps_nobody_from_writing()
    {
        using var watcher = await WatchingAsync();
        await Database.AddAsync("10.0.0.1");
        await using (await SmallDisk.ReadOnlyAsync(Database.Folder))
        {
            Database.ClosePool(); // SQLite keeps the open file for the next connection, which opens the log anew
            Assert.Single(await Store.AllAsync(Cancelled));
        }

        Assert.Null(await new WritableCheck(Database).WhyNotAsync(Cancelled));
        await Database.AddAsync("10.0.0.2");
    }

    private async Task<RegistryWatcher> WatchingAsync()
    {
        var watcher = Database.Watcher();
        await watcher.HasChangedAsync(Cancelled);
        return watcher;
    }
}
