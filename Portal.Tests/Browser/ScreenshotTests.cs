using Microsoft.Playwright;
using Portal.Data;
using Portal.Web.Launch;
using Xunit;

namespace Portal.Tests.Browser;

/// <summary>
/// The pictures of the documentation, taken of a portal at work. <c>eng/screenshots</c> says where they go; otherwise
/// they go nowhere, and the test tells that they could be made.
/// </summary>
public sealed class ScreenshotTests(Chromium chromium, SamplePortal sample) : BrowserTests(chromium), IClassFixture<SamplePortal>
{
    private const string Colleague = "127.0.13.7";

    private static readonly Actor Tester = new("Kim");

    /// <summary>Pixels; a long list goes on in the same way.</summary>
    private const int Tallest = 1000;

    private readonly string? _folder = Environment.GetEnvironmentVariable("PORTAL_SCREENSHOTS");

    internal override PortalUnderTest Portal => sample.Portal;

    [Fact]
    public async Task Every_page_of_the_guide_has_its_picture()
    {
        await FillAsync();
        var admin = await BrowseFromAsync(PortalUnderTest.Admin, Desk);
        var user = await BrowseFromAsync(Colleague, Desk);
        var stranger = await BrowseFromAsync("127.0.13.99", Desk);

        await user.GotoAsync("/app/feature-manager/");
        await Assertions.Expect(user.GetByRole(AriaRole.Button, new() { Name = "Re-check alarms" })).ToBeVisibleAsync();
        await TakeAsync(user, "app");
        await admin.GotoAsync("/app/feature-manager/");
        await Assertions.Expect(admin.GetByRole(AriaRole.Button, new() { Name = "Re-check alarms" })).ToBeVisibleAsync();

        await TakeAsync(admin, "home", "/");
        await TakeAsync(admin, "overview", "/admin/overview");
        await TakeAsync(admin, "registry", "/admin/?who=10.1.2.3");
        await TakeAsync(admin, "running", "/admin/running");
        await TakeAsync(admin, "usage", "/admin/usage");
        await TakeAsync(admin, "record", "/admin/audit");
        await TakeAsync(admin, "announcements", "/admin/announcements");
        await TakeAsync(admin, "close", "/admin/close");

        await admin.GotoAsync("/admin/import");
        await admin.Locator("#Pasted").FillAsync("network,role,label,expires\n10.1.2.3,admin,Kim Minji,\n10.1.7.0/24,user,Meeting rooms,\n10.1.300.1,user,typing error,");
        await admin.Locator("button.primary").ClickAsync();
        await TakeAsync(admin, "import");

        await stranger.GotoAsync("/unauthorized/ask");
        await stranger.Locator("#Name").FillAsync("Lee Jun");
        await stranger.Locator("#Reason").FillAsync("I plan the sites in Busan");
        await TakeAsync(stranger, "ask");
        await stranger.Locator("button.primary").ClickAsync();
        await admin.GotoAsync("/admin/requests");
        await admin.Locator("tbody a.quiet").First.ClickAsync();
        await TakeAsync(admin, "request");

        await Portal.Service<Supervisor>().StopAsync(
            new(System.Net.IPAddress.Parse(Colleague), "feature-manager"), "test", told: new(LaunchFailureReason.Closed, "", []) { Word = "Maintenance until noon" });
        await ArriveAsync(user, "/ended/feature-manager");
        await TakeAsync(user, "ended");
    }

    private static BrowserNewContextOptions Desk => new()
    {
        Locale = "en-US",
        ColorScheme = ColorScheme.Light,
        ViewportSize = new ViewportSize { Width = 1280, Height = 800 },
        ReducedMotion = ReducedMotion.Reduce,
    };

    /// <summary>What a portal has that people have worked with for a week.</summary>
    private async Task FillAsync()
    {
        var now = TimeProvider.System.GetUtcNow();
        foreach (var draft in new RegisteredIpDraft[]
        {
            new(Colleague, Role.User, Label: "Park Seoyeon"),
            new("10.1.0.0/16", Role.User, Label: "Planning, Seoul"),
            new("10.1.2.3", Role.Admin, 8701, "Kim Minji"),
            new("10.1.2.9", Role.User, Label: "Old laptop", Enabled: false, Notes: "Lost in March"),
            new("10.7.1.20", Role.User, Label: "Contractor", ExpiresAt: now.AddDays(5)),
            new("2001:db8:7::/48", Role.User, Label: "Busan"),
        })
            await Portal.AddAsync(draft);
        await Portal.Service<AnnouncementStore>().AddAsync(
            new("Maintenance today at 18:00, for ten minutes", "오늘 18시 점검, 10분", AnnouncementLevel.Warning, Until: now.AddHours(8)), Tester, Cancelled);

        await using var context = Portal.Service<Microsoft.EntityFrameworkCore.IDbContextFactory<PortalDbContext>>().CreateDbContext();
        for (var hour = 0; hour < 7 * 24; hour++)
        {
            var at = now.AddHours(-hour);
            var busy = at.Hour is >= 0 and < 10 ? 3 + (hour * 7 % 5) : hour % 3;
            context.AuditEntries.Add(Entry(at, AuditAction.AppLaunched, busy));
            if (hour % 9 is 0) context.AuditEntries.Add(Entry(at, AuditAction.LaunchFailed, 1));
            if (hour % 5 is 0) context.AuditEntries.Add(Entry(at, AuditAction.AccessRefused, 2 + (hour % 4)));
        }

        for (var day = 0; day < 20; day++)
        {
            foreach (var (client, share) in new[] { (Colleague, 3), ("10.1.2.3", 1), ("10.7.1.20", 2) })
            {
                context.AppUsages.Add(new AppUsage
                {
                    Day = DateOnly.FromDateTime(now.UtcDateTime).AddDays(-day),
                    Client = client,
                    App = "feature-manager",
                    Launches = 1 + ((day + share) % 3),
                    ActiveSeconds = 60 * ((day * 13 % 40) + (share * 20)),
                    PeakMemory = (30L + (share * day % 17)) * 1024 * 1024,
                });
            }
        }

        await context.SaveChangesAsync(Cancelled);
    }

    private static AuditEntry Entry(DateTimeOffset at, AuditAction action, int count) => new()
    {
        At = at,
        Action = action,
        Actor = Colleague,
        Address = Colleague,
        Subject = $"feature-manager for {Colleague}",
        Count = Math.Max(1, count),
    };

    private async Task TakeAsync(IPage page, string name, string? path = null)
    {
        if (path is not null)
            await page.GotoAsync(path);
        await page.WaitForTimeoutAsync(500); // charts and pictures are drawn
        var height = await page.EvaluateAsync<int>("document.documentElement.scrollHeight");
        await page.SetViewportSizeAsync(1280, Math.Clamp(height, 400, Tallest));
        var picture = await page.ScreenshotAsync();
        Assert.True(picture.Length > 10_000, $"{name} is empty.");
        if (_folder is not null)
            await File.WriteAllBytesAsync(Path.Combine(_folder, $"{name}.png"), picture, Cancelled);
    }
}
