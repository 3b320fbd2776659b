using System.Net;
using Microsoft.Data.Sqlite;
using Portal.Data;
using Portal.Tests.Doubles;
using Xunit;

namespace Portal.Tests.Faults;

/// <summary>
/// The database's files are moved, removed, replaced or overwritten by shell commands while the portal runs: nothing is made in their
/// place, nothing that was acknowledged is lost, and the portal goes on by itself once its registry is back.
/// </summary>
public sealed class MovedDatabaseTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("mkdir away && mv portal.db* away/", "mv away/portal.db* .")]
    [InlineData("mkdir away && mv portal.db* away/", "cp -a away/portal.db* .")]
    [InlineData("mkdir away && mv portal.db* away/", "cat away/portal.db > portal.db")]
    [InlineData("mv portal.db away.db", "mv away.db portal.db")]
    [InlineData("mv portal.db away.db", "cp away.db portal.db")]
    [InlineData("mv portal.db away.db", "cp old-log portal.db-wal && mv away.db portal.db")]
    [InlineData("mv portal.db* ../; mkdir portal.db", "rmdir portal.db; mv ../portal.db* .")]
    [InlineData("mv portal.db away.db; ln -s nowhere.db portal.db", "rm portal.db; ln -s away.db portal.db")]
    [InlineData("mv portal.db away.db; : > portal.db", "mv away.db portal.db")]
    [InlineData("cp -a portal.db own.db; cp -a portal.db-wal own.db-wal; ln -s ../other/portal.db link && mv -T link portal.db", "mv own.db-wal portal.db-wal && mv own.db portal.db")]
    [InlineData("ln portal.db own.db; cp ../other/portal.db copy && mv copy portal.db", "mv own.db portal.db")]
    [InlineData("rm portal.db", "until ls portal.db.before-removal-*.bak; do sleep 0.1; done; cp -p portal.db.before-removal-*.bak portal.db")]
    [InlineData("rm portal.db*", "until ls portal.db.before-removal-*.bak; do sleep 0.1; done; mv portal.db.before-removal-*.bak portal.db")]
    [InlineData("cp ../other/portal.db portal.db", "cp ../backup.db portal.db")]
    [InlineData(": > portal.db", "cat ../backup.db > portal.db")]
    [InlineData("mv ../data ../elsewhere", "rm -rf data; mv elsewhere data")]
    public async Task While_it_is_away_that_is_said_and_nothing_is_made_in_its_place(string take, string putBack)
    {
        await using var portal = await StartAsync();
        var (admin, korean) = (new Visitor(portal, PortalUnderTest.Admin), new Visitor(portal, PortalUnderTest.Admin, "ko"));
        await admin.OpenAsync("/admin/edit");

        await RunAsync(portal, take);
        await NoticedAsync(admin); // until then a page can come from a file that was overwritten in place

        await Eventually.TrueAsync(async () => (await admin.OpenAsync("/admin/")).Status is HttpStatusCode.ServiceUnavailable, Patience);
        (await admin.OpenAsync("/admin/")).Says(HttpStatusCode.ServiceUnavailable, "The database is not available");
        (await korean.OpenAsync("/admin/audit")).Says(HttpStatusCode.ServiceUnavailable, "데이터베이스를 사용할 수 없습니다");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await admin.RegisterAsync("10.9.9.9", "typed by hand")).Status);
        (await new Visitor(portal, PortalUnderTest.User).OpenAsync("/")).Says(HttpStatusCode.OK, "stub");
        Assert.Equal(HttpStatusCode.Found, (await new Visitor(portal, "127.0.0.99").OpenAsync("/")).Status); // the other registry's admin

        await RunAsync(portal, putBack);

        await IsWellAsync(portal, admin);
    }

    [Theory]
    [InlineData("mkdir away && mv portal.db-* away/")]
    [InlineData("rm portal.db-wal portal.db-shm")]
    [InlineData("rm portal.db-shm")]
    [InlineData("mv portal.db-wal away")]
    [InlineData("mv old-log portal.db-wal")]
    [InlineData("mv portal.db away.db && ln -s away.db portal.db")]
    [InlineData("mkdir away && mv portal.db* away/ && mv away/portal.db* .")]
    [InlineData("cp ../backup.db copy && mv copy portal.db")]
    public async Task It_goes_on_by_itself_where_its_registry_is_in_place(string done)
    {
        await using var portal = await StartAsync();
        var admin = new Visitor(portal, PortalUnderTest.Admin);

        await RunAsync(portal, done);
        await NoticedAsync(admin);

        await IsWellAsync(portal, admin);
    }

    /// <summary>With a row in the log, a backup that has it too, and another registry that has another admin.</summary>
    private static async Task<PortalUnderTest> StartAsync()
    {
        var portal = new PortalUnderTest { Apps = [new StubApp()] };
        await portal.InitializeAsync();
        await using (var reader = new SqliteConnection($"Data Source={portal.Ground.PathOf("data/portal.db")};Pooling=False;Mode=ReadOnly"))
        {
            // The log is not emptied while somebody reads what was there before: a log that is not empty, and soon an old one.
            await reader.OpenAsync(Cancelled);
            await using var transaction = reader.BeginTransaction(deferred: true);
            await using var command = reader.CreateCommand();
            command.CommandText = "SELECT COUNT(*) FROM RegisteredIps";
            await command.ExecuteScalarAsync(Cancelled);
            await portal.AddAsync(new("10.1.1.1", Role.User, Label: "before"));
            await RunAsync(portal, "cp portal.db-wal old-log && test -s old-log");
        }

        await Eventually.TrueAsync(() => new FileInfo(portal.Ground.PathOf("data/portal.db-wal")).Length is 0, Patience);
        await PortalDatabase.BackUpAsync($"Data Source={portal.Ground.PathOf("data/portal.db")}", portal.Ground.PathOf("backup.db"), Cancelled);
        await using var other = new PortalUnderTest { Apps = [new StubApp()] };
        other.Settings["Portal:Access:Bootstrap:0:Address"] = "127.0.0.99";
        await other.InitializeAsync();
        Directory.CreateDirectory(portal.Ground.PathOf("other"));
        await PortalDatabase.BackUpAsync($"Data Source={other.Ground.PathOf("data/portal.db")}", portal.Ground.PathOf("other/portal.db"), Cancelled);
        return portal;
    }

    private static async Task RunAsync(PortalUnderTest portal, string command)
    {
        var data = portal.Ground.PathOf("data");
        var folder = Directory.Exists(data) ? data : portal.Ground.Folder;
        await Tool.ShellAsync(folder, command);
    }

    /// <summary>Waits for the portal to have looked: it does so each half second.</summary>
    private static async Task NoticedAsync(Visitor admin)
    {
        for (var looks = 0; looks < 3; looks++)
        {
            var started = TimeProvider.System.GetTimestamp();
            await Eventually.TrueAsync(() => TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromSeconds(0.5));
            _ = await admin.OpenAsync("/admin/");
        }
    }

    /// <summary>What was acknowledged is there, more can be written, and all of it is in a sound database at the path.</summary>
    private static async Task IsWellAsync(PortalUnderTest portal, Visitor admin)
    {
        await Eventually.TrueAsync(async () => (await admin.OpenAsync("/admin/?search=before")).Status is HttpStatusCode.OK, Patience);
        (await admin.OpenAsync("/admin/?search=before")).Says(HttpStatusCode.OK, "10.1.1.1");
        await Eventually.TrueAsync(async () => (await admin.OpenAsync("/admin/edit")).Status is HttpStatusCode.OK, Patience);
        Assert.Equal(HttpStatusCode.Found, (await admin.RegisterAsync("10.9.9.9", "after")).Status);
        Assert.Equal(HttpStatusCode.Found, (await new Visitor(portal, "127.0.0.99").OpenAsync("/")).Status);

        await using (var database = new SqliteConnection($"Data Source={portal.Ground.PathOf("data/portal.db")};Pooling=False;Mode=ReadWrite"))
        {
            await database.OpenAsync(Cancelled);
            await using var command = database.CreateCommand();
            command.CommandText = "SELECT group_concat(integrity_check) FROM pragma_integrity_check";
            Assert.Equal("ok", await command.ExecuteScalarAsync(Cancelled));
        }

        await portal.RestartAsync();
        var networks = (await portal.Service<RegisteredIpStore>().AllAsync(Cancelled)).Select(row => row.Network).ToList();
        Assert.Contains("10.1.1.1", networks, StringComparer.Ordinal);
        Assert.Contains("10.9.9.9", networks, StringComparer.Ordinal);
    }
}
