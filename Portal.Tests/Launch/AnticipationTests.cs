using System.Net;
using Portal.Data;
using Portal.Tests.Doubles;
using Portal.Web.Launch;
using Xunit;

namespace Portal.Tests.Launch;

/// <summary>What the home page launches ahead of a click.</summary>
public sealed class AnticipationTests
{
    private static readonly StubApp[] Apps = [new("seldom"), new("often"), new("admins") { Roles = [Role.Admin] }];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_app_that_the_viewer_works_in_most_is_launched_while_they_look_at_the_page()
    {
        await using var portal = await StartAsync(Apps);
        await WorkedAsync(portal, PortalUnderTest.User, ("seldom", 60), ("often", 600), ("admins", 6000));

        await LookAsync(portal, PortalUnderTest.User);
        await LookAsync(portal, PortalUnderTest.OtherUser);

        await Eventually.TrueAsync(() => portal.InstancesOf(PortalUnderTest.User) is [{ State: InstanceState.Ready, Key.Slug: "often" }]);
        Assert.Empty(portal.InstancesOf(PortalUnderTest.OtherUser));
    }

    [Fact]
    public async Task The_only_app_needs_no_history_and_one_that_somebody_stopped_stays_so()
    {
        await using var portal = await StartAsync(Apps[0], Apps[2]);
        var key = new InstanceKey(IPAddress.Parse(PortalUnderTest.User), "seldom");

        await LookAsync(portal, PortalUnderTest.User);
        await Eventually.TrueAsync(() => portal.InstancesOf(PortalUnderTest.User) is [{ State: InstanceState.Ready }]);

        await portal.Service<Supervisor>().StopAsync(key, "the test says so");
        await LookAsync(portal, PortalUnderTest.User);
        Assert.Empty(portal.InstancesOf(PortalUnderTest.User));
        Assert.Empty(portal.Ground.Processes());
    }

    [Fact]
    public async Task The_script_of_the_home_page_launches_nothing_and_goes_unrecorded()
    {
        await using var portal = await StartAsync(Apps[0], Apps[2]);
        var client = portal.ClientFrom(PortalUnderTest.User);

        for (var times = 0; times < 3; times++)
        {
            var cards = await client.GetStringAsync(new Uri("/?handler=Cards", UriKind.Relative), Cancelled);
            Assert.Contains("/app/seldom/", cards, StringComparison.Ordinal);
            Assert.DoesNotContain("<html", cards, StringComparison.Ordinal);
            Assert.DoesNotContain("/app/admins/", cards, StringComparison.Ordinal);
        }

        Assert.Empty(portal.InstancesOf(PortalUnderTest.User));
        await portal.StopAsync(); // what is queued for the audit log is written
        await using var context = await portal.Service<Microsoft.EntityFrameworkCore.IDbContextFactory<PortalDbContext>>().CreateDbContextAsync(Cancelled);
        Assert.DoesNotContain(context.AuditEntries, entry => entry.Actor is not "bootstrap");
    }

    [Fact]
    public async Task Who_was_stopped_as_idle_is_launched_again()
    {
        await using var portal = await StartAsync(Apps[0], Apps[2]);
        await LookAsync(portal, PortalUnderTest.User);
        await Eventually.TrueAsync(() => portal.InstancesOf(PortalUnderTest.User) is [{ State: InstanceState.Ready }]);
        var supervisor = portal.Service<Supervisor>();

        supervisor.StopIdle(Assert.Single(supervisor.Instances), "the test says so");
        await Eventually.TrueAsync(() => portal.Ground.Processes().Count is 0);

        await Eventually.TrueAsync(async () =>
        {
            await LookAsync(portal, PortalUnderTest.User);
            return portal.InstancesOf(PortalUnderTest.User) is [{ State: InstanceState.Ready }];
        });
    }

    [Fact]
    public async Task Nothing_is_launched_unless_configured_and_nobody_has_to_make_room()
    {
        await using var usual = await PortalUnderTest.StartAsync(test => test.Apps = [Apps[0]]);
        await LookAsync(usual, PortalUnderTest.User);
        Assert.Empty(usual.InstancesOf(PortalUnderTest.User));

        await using var full = await PortalUnderTest.StartAsync(test =>
        {
            test.Apps = [new("stub")];
            test.Settings["Portal:Launch:Anticipate"] = "true";
            test.Settings["Portal:Launch:MaxInstances"] = "1";
        });
        await full.ClientFrom(PortalUnderTest.OtherUser).ProcessIdAsync();
        await LookAsync(full, PortalUnderTest.User);
        Assert.Empty(full.InstancesOf(PortalUnderTest.User));
        Assert.Single(full.InstancesOf(PortalUnderTest.OtherUser));
    }

    private static Task<PortalUnderTest> StartAsync(params StubApp[] apps) => PortalUnderTest.StartAsync(test =>
    {
        test.Apps = [.. apps];
        test.Settings["Portal:Launch:Anticipate"] = "true";
    });

    private static async Task LookAsync(PortalUnderTest portal, string address)
    {
        using var answer = await portal.ClientFrom(address).GetAsync(new Uri("/", UriKind.Relative), Cancelled);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static Task WorkedAsync(PortalUnderTest portal, string address, params (string App, int Seconds)[] work)
    {
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        return portal.Service<UsageStore>().AddAsync(
            [.. work.Select(one => new AppUsage { Day = today, Client = address, App = one.App, ActiveSeconds = one.Seconds })], Cancelled);
    }
}
