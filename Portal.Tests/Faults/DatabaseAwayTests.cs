using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Portal.Data;
using Portal.Tests.Doubles;
using Xunit;

namespace Portal.Tests.Faults;

/// <summary>
/// The database takes nothing for a while: people work on by the table in memory, whoever would change something is told so
/// beside what they typed, and when it is back everything is written, by itself.
/// </summary>
public sealed class DatabaseAwayTests
{
    private const string Unwritten = "The database takes nothing just now, so nothing was saved.";
    private const string UnwrittenInKorean = "지금은 데이터베이스에 저장할 수 없어 아무것도 저장되지 않았습니다.";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Another_program_holds_it()
    {
        await using var portal = await StartAsync();
        var desks = await DesksAsync(portal);
        await using var other = Open(portal);
        await ExecuteAsync(other, "BEGIN IMMEDIATE");

        await PeopleGoOnAsync(portal, desks, "database is locked", "database is locked");

        await ExecuteAsync(other, "ROLLBACK");
        await AllIsWellAsync(portal, desks);
    }

    [Fact]
    public async Task Its_disk_is_full()
    {
        await using var portal = Unstarted();
        await using var disk = await SmallDisk.OfAsync(portal.Ground.PathOf("data"), kilobytes: 16 * 1024);
        await portal.InitializeAsync();
        var desks = await DesksAsync(portal);
        await Eventually.TrueAsync(() => new FileInfo(portal.Ground.PathOf("data/portal.db-wal")).Length is 0); // what it takes is free for a moment
        disk.Fill();

        await PeopleGoOnAsync(portal, desks, "0 MB are free on the disk of", "database or disk is full");

        disk.MakeRoom();
        await AllIsWellAsync(portal, desks);
        await portal.StopAsync();
    }

    [Fact]
    public async Task It_can_only_be_read()
    {
        await using var portal = await StartAsync();
        var desks = await DesksAsync(portal);
        await using (await SmallDisk.ReadOnlyAsync(portal.Ground.PathOf("data")))
        {
            SqliteConnection.ClearAllPools(); // connections that are open may write on; those of a portal that has had nothing to write are closed
            await PeopleGoOnAsync(portal, desks, "attempt to write a readonly database", "attempt to write a readonly database");
        }

        await AllIsWellAsync(portal, desks);
    }

    [Fact]
    public async Task It_cannot_even_be_read()
    {
        await using var portal = await StartAsync();
        var admin = new Visitor(portal, PortalUnderTest.Admin);
        var (database, away) = (portal.Ground.PathOf("data/portal.db"), portal.Ground.PathOf("data/portal.db.away"));
        await admin.OpenAsync("/admin/edit");
        File.Move(database, away);
        await Eventually.TrueAsync(async () => (await ReadyAsync(portal)).Reasons.Contains("is not there", StringComparison.Ordinal));

        (await admin.OpenAsync("/admin/")).Says(HttpStatusCode.ServiceUnavailable, "The database is not available");
        (await new Visitor(portal, PortalUnderTest.Admin, "ko").OpenAsync("/admin/")).Says(HttpStatusCode.ServiceUnavailable, "데이터베이스를 사용할 수 없습니다");
        (await admin.RegisterAsync("10.9.9.9", "typed by hand")).Says(HttpStatusCode.ServiceUnavailable, Unwritten);
        (await new Visitor(portal, PortalUnderTest.User).OpenAsync("/")).Says(HttpStatusCode.OK, "stub");
        (await new Visitor(portal, PortalUnderTest.Stranger).OpenAsync("/unauthorized/ask")).Says(HttpStatusCode.Forbidden, "<form");
        Assert.True(await portal.ClientFrom(PortalUnderTest.User).ProcessIdAsync() > 0);

        Assert.False(File.Exists(database));
        File.Move(away, database);
        await Eventually.TrueAsync(async () => (await admin.OpenAsync("/admin/")).Status is HttpStatusCode.OK);
        await admin.OpenAsync("/admin/edit");
        Assert.Equal(HttpStatusCode.Found, (await admin.RegisterAsync("10.9.9.9")).Status);
    }

    private static PortalUnderTest Unstarted() => new() { Apps = [new StubApp()] };

    private static async Task<PortalUnderTest> StartAsync()
    {
        var portal = Unstarted();
        await portal.InitializeAsync();
        return portal;
    }

    /// <summary>Two admins with the form open, and somebody who asks for access.</summary>
    private static async Task<(Visitor Admin, Visitor Korean, Visitor Stranger)> DesksAsync(PortalUnderTest portal)
    {
        var (admin, korean, stranger) = (
            new Visitor(portal, PortalUnderTest.Admin), new Visitor(portal, PortalUnderTest.Admin, "ko"), new Visitor(portal, PortalUnderTest.Stranger));
        Assert.Equal(HttpStatusCode.OK, (await admin.OpenAsync("/admin/edit")).Status);
        Assert.Equal(HttpStatusCode.OK, (await korean.OpenAsync("/admin/edit")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await stranger.OpenAsync("/unauthorized/ask")).Status);
        Assert.Equal(HttpStatusCode.Found, (await admin.RegisterAsync("10.1.1.1", "before")).Status);
        return (admin, korean, stranger);
    }

    private static async Task PeopleGoOnAsync(
        PortalUnderTest portal, (Visitor Admin, Visitor Korean, Visitor Stranger) desks, string why, string toldAdmins)
    {
        var registering = desks.Admin.RegisterAsync("10.2.2.2", "typed by hand");
        var korean = desks.Korean.RegisterAsync("10.3.3.3", "손으로 입력");
        var asking = desks.Stranger.SendAsync("/unauthorized/ask", ("Name", "Kim"), ("Reason", "A long reason"));

        (await new Visitor(portal, PortalUnderTest.User).OpenAsync("/")).Says(HttpStatusCode.OK, "stub");
        (await new Visitor(portal, PortalUnderTest.Admin).OpenAsync("/admin/?search=before")).Says(HttpStatusCode.OK, "10.1.1.1");
        Assert.True(await portal.ClientFrom(PortalUnderTest.User).ProcessIdAsync() > 0);
        Assert.Equal(HttpStatusCode.Found, (await new Visitor(portal, PortalUnderTest.Stranger).OpenAsync("/")).Status);

        var refused = await registering;
        refused.Says(HttpStatusCode.ServiceUnavailable, Unwritten);
        Assert.Contains("10.2.2.2", refused.Text, StringComparison.Ordinal);
        Assert.Contains("typed by hand", refused.Text, StringComparison.Ordinal);
        Assert.Contains(toldAdmins, refused.Text, StringComparison.Ordinal);
        var refusedInKorean = await korean;
        refusedInKorean.Says(HttpStatusCode.ServiceUnavailable, UnwrittenInKorean);
        Assert.Contains("손으로 입력", refusedInKorean.Text, StringComparison.Ordinal);
        var notAsked = await asking;
        notAsked.Says(HttpStatusCode.ServiceUnavailable, Unwritten);
        Assert.Contains("A long reason", notAsked.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(toldAdmins, notAsked.Text, StringComparison.Ordinal);
        var row = Assert.Single(await portal.Service<RegisteredIpStore>().AllAsync(Cancelled), row => row.Label is "before");
        (await desks.Admin.SendAsync($"/admin/?handler=Disable&id={row.Id}&version={row.Version}"))
            .Says(HttpStatusCode.ServiceUnavailable, "The database is not available");

        var (isReady, reason) = await ReadyAsync(portal);
        Assert.False(isReady);
        Assert.Contains(why, reason, StringComparison.Ordinal);
    }

    /// <summary>What was sent again is taken; what was acknowledged before is there, and so is the launch in between.</summary>
    private static async Task AllIsWellAsync(PortalUnderTest portal, (Visitor Admin, Visitor Korean, Visitor Stranger) desks)
    {
        await Eventually.TrueAsync(async () => !(await ReadyAsync(portal)).Reasons.Contains("database", StringComparison.Ordinal));
        (await desks.Admin.RegisterAsync("10.2.2.2", "typed by hand")).Says(HttpStatusCode.Found, "");
        (await desks.Korean.RegisterAsync("10.3.3.3", "손으로 입력")).Says(HttpStatusCode.Found, "");
        (await desks.Stranger.SendAsync("/unauthorized/ask", ("Name", "Kim"), ("Reason", "A long reason"))).Says(HttpStatusCode.Found, "");
        var networks = (await portal.Service<RegisteredIpStore>().AllAsync(Cancelled)).Select(row => row.Network).ToList();
        Assert.Contains("10.1.1.1", networks, StringComparer.Ordinal);
        Assert.Contains("10.2.2.2", networks, StringComparer.Ordinal);
        Assert.Contains("10.3.3.3", networks, StringComparer.Ordinal);
        await Eventually.TrueAsync(async () =>
            (await portal.Service<AuditStore>().CountAsync([AuditAction.AppLaunched], DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, Cancelled)).Sum(one => one.Count) > 0);
        await using var database = Open(portal);
        Assert.Equal("ok", await ExecuteAsync(database, "PRAGMA integrity_check"));
    }

    private static async Task<(bool IsReady, string Reasons)> ReadyAsync(PortalUnderTest portal)
    {
        using var answer = await portal.ClientFrom(PortalUnderTest.Admin).GetAsync(new Uri("/readyz", UriKind.Relative), Cancelled);
        var told = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
        return (told.GetProperty("ready").GetBoolean(), string.Join(' ', told.GetProperty("checks").EnumerateArray()
            .Where(check => !check.GetProperty("ok").GetBoolean()).Select(check => check.GetProperty("reason").GetString())));
    }

    private static SqliteConnection Open(PortalUnderTest portal)
    {
        var connection = new SqliteConnection($"Data Source={portal.Ground.PathOf("data/portal.db")};Pooling=False");
        connection.Open();
        return connection;
    }

    private static async Task<object?> ExecuteAsync(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync(Cancelled);
    }
}
