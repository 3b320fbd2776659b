using Xunit;

namespace Portal.Tests.Pages.Admin;

/// <summary>Nobody has to guess what time zone a time on a screen is in.</summary>
public sealed class TimeZoneTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_page_with_times_names_their_zone_once()
    {
        await using var portal = await PortalUnderTest.StartAsync(_ => { });
        var admin = portal.ClientFrom(PortalUnderTest.Admin);
        var zone = portal.Service<TimeProvider>().LocalTimeZone.Id;

        foreach (var path in new[] { "", "running", "overview", "usage", "requests", "announcements", "audit", "import" })
        {
            var page = await admin.GetStringAsync(new Uri("/admin/" + path, UriKind.Relative), Cancelled);
            Assert.Equal((path, 2), (path, page.Split($"time zone of the server, {zone}.").Length));
        }
    }
}
