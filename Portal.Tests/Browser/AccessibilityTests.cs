using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Portal.Data;
using Xunit;

namespace Portal.Tests.Browser;

/// <summary>axe finds nothing on any page, in either language, light and dark, on a desk and on a phone.</summary>
public sealed class AccessibilityTests(Chromium chromium, StubPortal stub)
    : BrowserTests(chromium), IClassFixture<StubPortal>
{
    internal override PortalUnderTest Portal => stub.Portal;

    [Theory]
    [InlineData("en-US", ColorScheme.Light, 1280)]
    [InlineData("ko-KR", ColorScheme.Dark, 1920)]
    [InlineData("ko-KR", ColorScheme.Light, 360)]
    [InlineData("en-US", ColorScheme.Dark, 360)]
    public async Task Axe_finds_nothing_on_any_page(string locale, ColorScheme scheme, int width)
    {
        await File.WriteAllTextAsync(stub.Fault, "", Cancelled);
        File.Delete(stub.Gate);
        var options = new BrowserNewContextOptions
        {
            Locale = locale,
            ColorScheme = scheme,
            ViewportSize = new ViewportSize { Width = width, Height = 800 },
            ReducedMotion = ReducedMotion.Reduce,
        };
        var stranger = await BrowseFromAsync(PortalUnderTest.Stranger, options);
        var user = await BrowseFromAsync(PortalUnderTest.User, options);
        var admin = await BrowseFromAsync(PortalUnderTest.Admin, options);

        await CheckAsync(stranger, "/");
        var asking = await BrowseFromAsync($"127.0.8.{width / 100 + (locale is "ko-KR" ? 100 : 0)}", options);
        await CheckAsync(asking, "/unauthorized/ask");
        await asking.Locator("button.primary").ClickAsync();
        await CheckAsync(asking);
        await asking.Locator("#Name").FillAsync("Kim");
        await asking.Locator("#Reason").FillAsync("Work");
        await asking.Locator("button.primary").ClickAsync();
        await CheckAsync(asking);
        await CheckAsync(user, "/");
        await CheckAsync(user, "/admin/");
        await CheckAsync(user, "/nowhere");
        await CheckAsync(user, "/app/slow/");
        await admin.GotoAsync("/app/broken/");
        await Assertions.Expect(admin.GetByRole(AriaRole.Alert)).ToBeVisibleAsync(); // not the progress page, which goes on
        await CheckAsync(admin);
        await CheckAsync(admin, "/");
        await CheckAsync(admin, "/admin/");
        await CheckAsync(admin, "/admin/?search=nobody");
        await CheckAsync(admin, "/admin/?who=127.0.0.1&state=Enabled");
        await CheckAsync(admin, "/admin/?who=nobody");
        await CheckAsync(admin, "/admin/edit");
        await CheckAsync(admin, "/admin/running");
        await CheckAsync(admin, "/admin/close");
        await CheckAsync(admin, "/admin/close?app=broken");
        await CheckAsync(user, "/ended/quick");
        await CheckAsync(stranger, "/unauthorized/?ended");
        await CheckAsync(admin, "/admin/announcements");
        await CheckAsync(admin, "/admin/announcement");
        await admin.Locator("button.primary").ClickAsync();
        await CheckAsync(admin);
        await admin.Locator("#English").FillAsync("Maintenance in five minutes");
        await admin.Locator("[value=Warning]").CheckAsync();
        await admin.Locator("button.primary").ClickAsync();
        await CheckAsync(admin, "/admin/announcements");
        await CheckAsync(user, "/");
        await CheckAsync(admin, "/admin/usage");
        await Portal.Service<UsageStore>().AddAsync(
            [new AppUsage { Day = new DateOnly(2026, 3, 2), Client = PortalUnderTest.User, App = "quick", Launches = 1, ActiveSeconds = 60 }], Cancelled);
        await CheckAsync(admin, "/admin/usage?from=2026-03-01&until=2026-03-03");
        await CheckAsync(admin, "/admin/overview");
        await admin.Locator(".chart summary").First.ClickAsync();
        await CheckAsync(admin);
        await CheckAsync(admin, "/admin/requests");
        await admin.Locator("tbody a.quiet").First.ClickAsync();
        await CheckAsync(admin);
        await CheckAsync(admin, "/admin/audit");
        await CheckAsync(admin, "/admin/audit?search=nobody");
        await CheckAsync(admin, "/admin/log?client=127.0.0.1&app=broken");
        await CheckAsync(admin, "/admin/log?client=127.0.0.1&app=broken&search=words");
        await CheckAsync(admin, "/admin/log?client=127.0.0.1&app=broken&search=nobody");

        await CheckAsync(admin, "/admin/import");
        await admin.Locator("button.primary").ClickAsync();
        await CheckAsync(admin);
        await admin.Locator("#Pasted").FillAsync("network,role,label\n127.0.0.101,user,a new label\n10.99.0.0/16,admin,\n10.1,owner,");
        await admin.Locator("button.primary").ClickAsync();
        await CheckAsync(admin);

        await admin.GotoAsync("/admin/edit");
        await admin.Locator("button.primary").ClickAsync();
        await CheckAsync(admin);
    }

    private static async Task CheckAsync(IPage page, string? path = null)
    {
        if (path is not null)
            await page.GotoAsync(path);

        var found = await page.RunAxe();

        Assert.True(found.Violations.Length is 0, $"{page.Url}: " + string.Join("; ", found.Violations.Select(violation =>
            $"{violation.Id}: {violation.Help}: {string.Join(", ", violation.Nodes.Select(node => node.Html))}")));
        Assert.NotEmpty(found.Passes);
        var overflow = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth");
        Assert.True(overflow <= 0, $"{page.Url} is {overflow} px wider than the window.");
    }
}
