using System.Net;
using Portal.Data;
using Portal.Web.Audit;
using Xunit;

namespace Portal.Tests.Audit;

/// <summary>What nobody waits for is on record all the same.</summary>
public sealed class AuditRecorderTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_launch_a_stop_and_a_refusal_are_on_record_when_the_portal_has_stopped()
    {
        await using var portal = await PortalUnderTest.StartAsync(_ => { });
        using var opened = await portal.ClientFrom(PortalUnderTest.User).GetAsync("/app/stub/echo", Cancelled);
        Assert.Equal(HttpStatusCode.OK, opened.StatusCode);
        for (var i = 0; i < 3; i++)
            using (await portal.ClientFrom(PortalUnderTest.Stranger).GetAsync("/app/stub/echo", Cancelled)) { }

        await Eventually.TrueAsync(async () => (await FindAsync(portal, AuditAction.AppLaunched)).Count is 1);
        await portal.RestartAsync();

        var launched = Assert.Single(await FindAsync(portal, AuditAction.AppLaunched));
        Assert.Equal(
            (PortalUnderTest.User, PortalUnderTest.User, PortalUnderTest.User, PortalUnderTest.User + "/stub"),
            (launched.Actor, launched.Address, launched.Through, launched.Subject));
        var stopped = Assert.Single(await FindAsync(portal, AuditAction.AppStopped));
        Assert.Equal(("portal", "the portal stops"), (stopped.Actor, stopped.Detail));
        Assert.Equal(3, (await FindAsync(portal, AuditAction.AccessRefused)).Sum(entry => entry.Count));
    }

    [Theory]
    [InlineData("00:00:01", false)]
    [InlineData("1.00:00:00", true)]
    [InlineData("4000.00:00:00", false)]
    public void The_retention_has_bounds(string retention, bool isFine) => Assert.Equal(
        isFine,
        new AuditOptionsValidator().Validate(null, new AuditOptions { Retention = TimeSpan.Parse(retention, System.Globalization.CultureInfo.InvariantCulture) }).Succeeded);

    private static async Task<IReadOnlyList<AuditEntry>> FindAsync(PortalUnderTest portal, AuditAction action) =>
        (await portal.Service<AuditStore>().ListAsync(new(Action: action), null, null, 10, Cancelled)).Items;
}
