using Portal.Data;
using Portal.Web.Launch;
using Portal.Web.Pages.Admin.Dashboard;
using Xunit;

namespace Portal.Tests.Pages.Admin;

/// <summary>What an admin is told that needs a hand, and for how much there is room.</summary>
public sealed class OverviewPageTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_fails_is_told_with_the_way_to_its_log()
    {
        await using var portal = await PortalUnderTest.StartAsync(portal => portal.Apps = [new("fine"), new("dies", "exits=4")]);
        var client = portal.ClientFrom(PortalUnderTest.User);
        using (await client.GetAsync(new Uri("/app/dies/", UriKind.Relative), Cancelled)) { }
        using (await client.GetAsync(new Uri("/app/fine/", UriKind.Relative), Cancelled)) { }

        var found = await portal.Service<Problems>().FindAsync(Cancelled);
        var overview = await portal.Service<OverviewSource>().ReadAsync(Cancelled);

        Assert.Equal(
            (ProblemKind.KeepsFailing, "127.0.0.101/dies", "/admin/log?client=127.0.0.101&app=dies"),
            found.Where(one => one.Kind is ProblemKind.KeepsFailing).Select(one => (one.Kind, one.Subject, one.Mend)).Single());
        Assert.Equal((1, 7, 24), (overview.Apps, overview.Week.Count, overview.Day.Count));
        Assert.Equal(CapacityLimit.Ports, overview.Capacity.Limit);
        Assert.InRange(overview.Capacity.Room, 0, 9);
        Assert.DoesNotContain(found, one => one.Kind is ProblemKind.DatabaseNotWritable);
    }

    [Fact]
    public async Task An_app_without_its_script_is_told()
    {
        await using var portal = await PortalUnderTest.StartAsync(portal => portal.Apps = [new("gone") { Script = portal.Ground.PathOf("gone.py") }]);

        var problem = Assert.Single(await portal.Service<Problems>().FindAsync(Cancelled), one => one.Kind is ProblemKind.AppMissing);

        Assert.Equal(("gone", null), (problem.Subject, problem.Mend));
        Assert.Contains("gone.py", problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_somebody_holds_cannot_be_written()
    {
        await using var portal = await PortalUnderTest.StartAsync(_ => { });
        var check = portal.Service<WritableCheck>();
        Assert.Null(await check.WhyNotAsync(Cancelled));
        await using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={portal.Ground.PathOf("data/portal.db")};Pooling=False");
        await connection.OpenAsync(Cancelled);
        await using var command = connection.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        await command.ExecuteNonQueryAsync(Cancelled);

        Assert.Contains("locked", await check.WhyNotAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_finds_no_room_again_and_again_is_one_entry_of_the_record()
    {
        await using var portal = await PortalUnderTest.StartAsync(portal => portal.Settings["Portal:Launch:MaxInstances"] = "1");
        using var held = await portal.WebSocketFrom(PortalUnderTest.User, "/app/stub/ws");
        for (var i = 0; i < 2; i++)
        {
            using (await portal.ClientFrom(PortalUnderTest.OtherUser).GetAsync(new Uri("/app/stub/", UriKind.Relative), Cancelled)) { }
            foreach (var instance in portal.InstancesOf(PortalUnderTest.OtherUser)) portal.Service<Supervisor>().ForgetFailure(instance.Key);
        }

        await portal.RestartAsync();

        var failures = (await portal.Service<AuditStore>().ListAsync(new(Action: AuditAction.LaunchFailed), null, null, 10, Cancelled)).Items;
        Assert.Equal(2, failures.Sum(one => one.Count));
        Assert.InRange(failures.Count, 1, 2); // two where a minute ended in between
    }
}
