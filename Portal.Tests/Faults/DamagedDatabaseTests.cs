using System.Globalization;
using Microsoft.Data.Sqlite;
using Portal.Data;
using Portal.Tests.Commands;
using Portal.Tests.Doubles;
using Xunit;

namespace Portal.Tests.Faults;

/// <summary>
/// After a crash the database is damaged: the portal says so, names the copy to restore and what to do with it, and leaves every
/// byte as it is. Done as it says, it starts.
/// </summary>
public sealed class DamagedDatabaseTests
{
    private const int ConfigurationError = 78;
    private const int PageSize = 4096;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("half of it is missing", "is damaged and was left as it is")]
    [InlineData("it begins with rubbish", "is not a SQLite database; it was left as it is")]
    [InlineData("a page is all zeros", "is damaged and was left as it is")]
    [InlineData("it is empty", "is empty or gone")]
    [InlineData("it is gone", "is empty or gone")]
    public async Task It_says_what_to_restore_and_touches_nothing(string damage, string told)
    {
        await using var portal = await CrashedAsync();
        var file = portal.Ground.PathOf("data/portal.db");
        var copies = CopiesOf(file);
        Damage(file, damage);
        var before = Contents(portal);

        using (var process = portal.BeginProcess())
        {
            Assert.Equal(ConfigurationError, await process.ExitCodeAsync());
            var errors = await process.Errors;
            Assert.Contains($"The portal cannot start:\n  The ", errors, StringComparison.Ordinal);
            Assert.Contains($"{file} {told}", errors, StringComparison.Ordinal);
            Assert.Contains($"move {file}, {file}-wal and {file}-shm away, and put a backup, or {copies.Newest}, ", errors, StringComparison.Ordinal);
            Assert.DoesNotContain(copies.Older, errors, StringComparison.Ordinal);
        }

        Assert.Equal(before, Contents(portal));

        foreach (var gone in new[] { file, file + "-wal", file + "-shm" })
            File.Delete(gone);
        File.Copy(copies.Newest, file);
        await portal.InitializeAsync();
        Assert.Contains("10.1.2.200", (await portal.Service<RegisteredIpStore>().AllAsync(Cancelled)).Select(row => row.Network), StringComparer.Ordinal);
    }

    [Fact]
    public async Task What_a_killed_portal_left_in_the_log_is_no_damage()
    {
        await using var portal = await CrashedAsync();

        await portal.InitializeAsync();

        Assert.Contains("10.1.9.9", (await portal.Service<RegisteredIpStore>().AllAsync(Cancelled)).Select(row => row.Network), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("it was used by this version", "registry.id")]
    [InlineData("it was used by a version of before there was a marker", "logs")]
    [InlineData("it is a link to a disk that is not mounted", "registry.id")]
    public async Task A_used_folder_whose_database_is_gone_gets_no_other(string used, string trace)
    {
        await using var portal = await PortalUnderTest.StartAsync(test => test.Apps = [new StubApp()]);
        var (file, marker) = (portal.Ground.PathOf("data/portal.db"), portal.Ground.PathOf("data/registry.id"));
        var copy = file + ".before-Added-20260301000000.bak";
        await PortalDatabase.BackUpAsync($"Data Source={file}", copy, Cancelled);
        await portal.StopAsync();
        SqliteConnection.ClearAllPools();
        foreach (var gone in new[] { file, file + "-wal", file + "-shm" })
            File.Delete(gone);
        await File.WriteAllTextAsync(portal.Ground.PathOf("data/logs/feature-manager_10.1.2.3.log"), "", Cancelled);
        if (used.Contains("before", StringComparison.Ordinal)) File.Delete(marker);
        if (used.Contains("link", StringComparison.Ordinal)) File.CreateSymbolicLink(file, portal.Ground.PathOf("not-mounted.db"));
        var doctor = await CommandUnderTest.RunAsync(portal, "doctor");
        Assert.Contains($"{file} is empty or gone", doctor.Output, StringComparison.Ordinal);

        using (var process = portal.BeginProcess())
        {
            Assert.Equal(ConfigurationError, await process.ExitCodeAsync());
            var errors = await process.Errors;
            Assert.Contains($"{file} is empty or gone, but {portal.Ground.PathOf($"data/{trace}")} ", errors, StringComparison.Ordinal);
            Assert.Contains($"put a backup, or {copy}, ", errors, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(new[] { file, portal.Ground.PathOf("not-mounted.db") }, path => new FileInfo(path) is { Exists: true, LinkTarget: null });
        File.Delete(file); // the link
        File.Copy(copy, file);
        await portal.InitializeAsync();
        Assert.True(File.Exists(marker));
    }

    [Fact]
    public async Task A_backup_put_in_place_beside_the_log_of_a_killed_portal_is_used_without_it()
    {
        await using var portal = await CrashedAsync();
        var file = portal.Ground.PathOf("data/portal.db");
        Assert.True(new FileInfo(file + "-wal").Length > 0);
        File.Copy(CopiesOf(file).Newest, file, overwrite: true);

        await portal.InitializeAsync();

        Assert.Single(Directory.EnumerateFiles(portal.Ground.PathOf("data"), "portal.db-wal.stale-*"));
        Assert.Contains("10.1.2.200", (await portal.Service<RegisteredIpStore>().AllAsync(Cancelled)).Select(row => row.Network), StringComparer.Ordinal);
        await using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        Assert.Equal("ok", Execute(connection, "PRAGMA integrity_check"));
    }

    [Fact]
    public async Task Another_registrys_database_is_taken_when_that_is_wanted_only()
    {
        await using var portal = await CrashedAsync();
        await using var other = await CrashedAsync();
        var (file, marker) = (portal.Ground.PathOf("data/portal.db"), portal.Ground.PathOf("data/registry.id"));
        await portal.InitializeAsync();
        await portal.StopAsync();
        SqliteConnection.ClearAllPools();
        foreach (var ending in new[] { "", "-wal" })
            File.Copy(other.Ground.PathOf("data/portal.db") + ending, file + ending, overwrite: true);
        var before = Contents(portal);

        using (var process = portal.BeginProcess())
        {
            Assert.Equal(ConfigurationError, await process.ExitCodeAsync());
            Assert.Contains($"{file} is of another registry than the one that this data directory has had.", await process.Errors, StringComparison.Ordinal);
        }

        Assert.Equal(before, Contents(portal));
        File.Delete(marker);
        await portal.InitializeAsync();
    }

    [Fact]
    public async Task Another_programs_database_is_not_touched_either()
    {
        await using var portal = new PortalUnderTest { Apps = [new StubApp()] };
        var file = portal.Ground.PathOf("other.db");
        await using (var other = new SqliteConnection($"Data Source={file};Pooling=False"))
            Execute(other, "CREATE TABLE recipes (x)");
        portal.Settings["ConnectionStrings:Portal"] = $"Data Source={file}";
        var before = Convert.ToHexString(await File.ReadAllBytesAsync(file, Cancelled));

        using var process = portal.BeginProcess();

        Assert.Equal(ConfigurationError, await process.ExitCodeAsync());
        Assert.Contains("recipes", await process.Errors, StringComparison.Ordinal);
        Assert.Equal(before, Convert.ToHexString(await File.ReadAllBytesAsync(file, Cancelled)));
    }

    [Fact]
    public async Task One_that_somebody_holds_is_tried_again_by_the_service_manager()
    {
        await using var portal = await CrashedAsync();
        await using var other = new SqliteConnection($"Data Source={portal.Ground.PathOf("data/portal.db")};Pooling=False");
        Execute(other, "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE held (x)");

        using (var process = portal.BeginProcess())
        {
            Assert.Equal(75, await process.ExitCodeAsync());
            Assert.Contains("is held by another program", await process.Errors, StringComparison.Ordinal);
        }

        Execute(other, "ROLLBACK");
        await other.CloseAsync();
        await portal.InitializeAsync();
    }

    /// <summary>A portal that does not run any more; the last of its database is in the log still, as after SIGKILL.</summary>
    private static async Task<PortalUnderTest> CrashedAsync()
    {
        await using var crashed = await PortalUnderTest.StartAsync(test => test.Apps = [new StubApp()]);
        for (var i = 1; i <= 200; i++)
            await crashed.AddAsync(new(string.Create(CultureInfo.InvariantCulture, $"10.1.2.{i}"), Role.User, Label: new string('x', 90)));
        var file = crashed.Ground.PathOf("data/portal.db");
        await using var other = new SqliteConnection($"Data Source={file};Pooling=False"); // who closes it last would empty the log
        Execute(other, "PRAGMA wal_checkpoint(TRUNCATE)");
        Execute(other, "BEGIN; SELECT COUNT(*) FROM RegisteredIps"); // the log is not emptied while somebody reads what was there before
        await crashed.AddAsync(new("10.1.9.9", Role.User));

        var portal = new PortalUnderTest { Apps = [new StubApp()] };
        Directory.CreateDirectory(portal.Ground.PathOf("data"));
        foreach (var ending in new[] { "", "-wal" })
            File.Copy(file + ending, portal.Ground.PathOf("data/portal.db") + ending);
        var copies = CopiesOf(portal.Ground.PathOf("data/portal.db"));
        await File.WriteAllTextAsync(copies.Older, "older", Cancelled);
        File.SetLastWriteTimeUtc(copies.Older, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-60));
        await PortalDatabase.BackUpAsync($"Data Source={file}", copies.Newest, Cancelled);
        return portal;
    }

    /// <summary>The names say before what they were made, so the newest does not come last by name.</summary>
    private static (string Older, string Newest) CopiesOf(string file) =>
        (file + ".before-Zoned-20260101000000.bak", file + ".before-Added-20260301000000.bak");

    private static void Damage(string file, string damage)
    {
        var bytes = File.ReadAllBytes(file);
        switch (damage)
        {
            case "half of it is missing":
                File.WriteAllBytes(file, bytes[..(bytes.Length / 2)]);
                break;
            case "it begins with rubbish":
                new Random(1).NextBytes(bytes.AsSpan(0, 100));
                File.WriteAllBytes(file, bytes);
                File.Delete(file + "-wal"); // it may hold the first page, sound
                break;
            case "a page is all zeros":
                bytes.AsSpan((int)(RootPage(file) - 1) * PageSize, PageSize).Clear();
                File.WriteAllBytes(file, bytes);
                File.Delete(file + "-wal"); // it may hold that page, sound
                break;
            case "it is empty":
                File.WriteAllBytes(file, []);
                break;
            default:
                File.Delete(file);
                break;
        }
    }

    private static long RootPage(string file)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False;Mode=ReadOnly");
        return (long)(Execute(connection, "SELECT rootpage FROM sqlite_master WHERE name = 'RegisteredIps'") ?? 0L);
    }

    /// <summary>The files that hold data, with what is in them. An empty log is none.</summary>
    private static List<string> Contents(PortalUnderTest portal) =>
    [
        .. Directory.EnumerateFiles(portal.Ground.PathOf("data"), "portal.db*").Where(file => !file.EndsWith("-shm", StringComparison.Ordinal)
                && !file.EndsWith(".lock", StringComparison.Ordinal) && new FileInfo(file).Length > 0)
            .Order(StringComparer.Ordinal).Select(file => $"{file} {Convert.ToHexString(File.ReadAllBytes(file))}"),
    ];

    private static object? Execute(SqliteConnection connection, string sql)
    {
        if (connection.State is not System.Data.ConnectionState.Open)
            connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
