using System.Globalization;
using Microsoft.Data.Sqlite;
using Portal.Data;
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
