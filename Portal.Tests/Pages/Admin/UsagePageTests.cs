using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Portal.Data;
using Portal.Web.Pages.Admin.Dashboard;
using Xunit;

namespace Portal.Tests.Pages.Admin;

public sealed class UsagePageTests(PortalUnderTest portal) : IClassFixture<PortalUnderTest>
{
    private static readonly DateOnly Monday = new(2026, 3, 2);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, null, "2026-02-01", "2026-03-02")]
    [InlineData("2026-01-01", null, "2026-01-01", "2026-03-02")]
    [InlineData(null, "2026-01-30", "2026-01-01", "2026-01-30")]
    [InlineData("2026-02-10", "2026-02-01", "2026-02-01", "2026-02-10")]
    [InlineData("never", "0001-01-03", "0001-01-01", "0001-01-03")]
    public void The_last_thirty_days_are_shown_unless_others_are_chosen(string? from, string? until, string first, string last)
    {
        var listing = UsageListing.Read(
            new QueryCollection(new Dictionary<string, StringValues>(StringComparer.Ordinal) { ["from"] = from, ["until"] = until }), Monday);

        Assert.Equal((first, last), (UsageListing.Say(listing.First), UsageListing.Say(listing.Last)));
    }

    [Fact]
    public async Task The_export_has_every_line_with_its_label_and_no_formula()
    {
        await portal.AddAsync(new("127.0.13.1", Role.User, Label: "=HYPERLINK(1)"));
        await portal.Service<UsageStore>().AddAsync(
            [Use("127.0.13.1", Monday, 2, 90), Use("127.0.13.2", Monday.AddDays(1), 1, 0), Use("127.0.13.1", Monday.AddDays(9), 1, 0)], Cancelled);
        var client = portal.ClientFrom(PortalUnderTest.Admin);

        var file = await client.GetStringAsync(new Uri("/admin/usage?handler=Export&from=2026-03-02&until=2026-03-03", UriKind.Relative), Cancelled);
        var page = await client.GetStringAsync(new Uri("/admin/usage?from=2026-03-02&until=2026-03-03", UriKind.Relative), Cancelled);
        var empty = await client.GetStringAsync(new Uri("/admin/usage?from=2020-03-02&until=2020-03-03", UriKind.Relative), Cancelled);

        var zone = portal.Service<TimeProvider>().LocalTimeZone.Id;
        Assert.Equal(
            "day,zone,client,label,app,launches,active_seconds,peak_memory_bytes\r\n"
            + $"2026-03-02,{zone},127.0.13.1,'=HYPERLINK(1),stub,2,90,5\r\n2026-03-03,{zone},127.0.13.2,,stub,1,0,5\r\n",
            file.TrimStart('\ufeff'));
        Assert.Contains("=HYPERLINK(1)", page, StringComparison.Ordinal);
        Assert.Contains("No usage in these days", empty, StringComparison.Ordinal);
    }

    private static AppUsage Use(string client, DateOnly day, int launches, long seconds) =>
        new() { Day = day, Client = client, App = "stub", Launches = launches, ActiveSeconds = seconds, PeakMemory = 5 };
}
