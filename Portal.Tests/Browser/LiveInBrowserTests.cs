using Microsoft.Playwright;
using Portal.Data;
using Portal.Web.Launch;
using Xunit;

namespace Portal.Tests.Browser;

/// <summary>What an admin looks at stays true without a reload, and the pages work without scripts too.</summary>
public sealed class LiveInBrowserTests(Chromium chromium, StubPortal stub)
    : BrowserTests(chromium), IClassFixture<StubPortal>
{
    private static readonly BrowserNewContextOptions NoScripts = new() { JavaScriptEnabled = false };

    internal override PortalUnderTest Portal => stub.Portal;

    [Fact]
    public async Task What_is_launched_appears_and_what_is_stopped_goes_without_a_reload()
    {
        await Portal.AddAsync(new RegisteredIpDraft("127.0.12.1", Role.User, Label: "Choi <b>"));
        var admin = await BrowseFromAsync(PortalUnderTest.Admin);
        await admin.GotoAsync("/admin/running");
        await Assertions.Expect(admin.GetByText("Live", new() { Exact = true })).ToBeVisibleAsync();
        var row = RowOf(admin, "127.0.12.1");
        await Assertions.Expect(row).ToHaveCountAsync(0);

        var user = await BrowseFromAsync("127.0.12.1");
        await user.GotoAsync("/app/quick/");

        await Assertions.Expect(row).ToContainTextAsync("Choi <b>");
        await Assertions.Expect(row).ToContainTextAsync("Running");
        await Assertions.Expect(row.Locator(".spark")).ToHaveCountAsync(2);
        await StopAsync("127.0.12.1");
        await Assertions.Expect(row).ToHaveCountAsync(0);
        Assert.Single(Requests, request => request.EndsWith("/admin/running", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_focus_stays_while_figures_change()
    {
        await Portal.AddAsync(new RegisteredIpDraft("127.0.12.2", Role.User));
        var user = await BrowseFromAsync("127.0.12.2");
        await user.GotoAsync("/app/quick/");
        await Eventually.TrueAsync(() => Portal.InstancesOf("127.0.12.2").Count is 1);
        var admin = await BrowseFromAsync(PortalUnderTest.Admin);
        await admin.GotoAsync("/admin/running");
        var row = RowOf(admin, "127.0.12.2");
        var activity = row.Locator("td").Nth(6);
        var log = row.GetByRole(AriaRole.Link, new() { Name = "Log" });

        await log.FocusAsync();
        var before = await activity.TextContentAsync();
        await Assertions.Expect(activity).Not.ToHaveTextAsync(before ?? "");
        await Assertions.Expect(log).ToBeFocusedAsync();
    }

    [Fact]
    public async Task A_row_that_is_gone_stays_while_its_question_is_open()
    {
        await Portal.AddAsync(new RegisteredIpDraft("127.0.12.3", Role.User));
        await Portal.AddAsync(new RegisteredIpDraft("127.0.12.4", Role.User));
        foreach (var address in new[] { "127.0.12.3", "127.0.12.4" })
            await (await BrowseFromAsync(address)).GotoAsync("/app/quick/");
        var admin = await BrowseFromAsync(PortalUnderTest.Admin);
        await admin.GotoAsync("/admin/running");
        var row = RowOf(admin, "127.0.12.3");
        await row.GetByRole(AriaRole.Button, new() { Name = "Stop" }).First.ClickAsync();
        var cancel = row.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Cancel" });

        await StopAsync("127.0.12.3");
        await StopAsync("127.0.12.4");

        await Assertions.Expect(RowOf(admin, "127.0.12.4")).ToHaveCountAsync(0); // The page knows by now.
        await Assertions.Expect(cancel).ToBeFocusedAsync();
        await cancel.ClickAsync();
        await Assertions.Expect(row).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Who_is_no_admin_any_more_sees_so()
    {
        var registration = await Portal.AddAsync(new RegisteredIpDraft("127.0.12.5", Role.Admin));
        var admin = await BrowseFromAsync("127.0.12.5");
        await admin.GotoAsync("/admin/running");
        await Assertions.Expect(admin.GetByText("Live", new() { Exact = true })).ToBeVisibleAsync();

        await Portal.Service<RegisteredIpStore>().UpdateAsync(
            registration.Id, registration.Version, new("127.0.12.5", Role.User), new Actor("test"), Cancelled);

        await Assertions.Expect(admin.GetByText("403")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Without_scripts_a_reload_shows_what_runs()
    {
        await Portal.AddAsync(new RegisteredIpDraft("127.0.12.6", Role.User));
        var admin = await BrowseFromAsync(PortalUnderTest.Admin, NoScripts);
        await admin.GotoAsync("/admin/running");
        await (await BrowseFromAsync("127.0.12.6")).GotoAsync("/app/quick/");

        await admin.GetByRole(AriaRole.Link, new() { Name = "Refresh" }).ClickAsync();

        await Assertions.Expect(RowOf(admin, "127.0.12.6")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task A_log_is_followed_searched_and_read_without_scripts()
    {
        var path = Path.Combine(Portal.Ground.PathOf("data"), "logs", "quick_127.0.12.7.log");
        await File.WriteAllTextAsync(path, "one <script>alert(1)</script>\n", Cancelled);
        const string Address = "/admin/log?client=127.0.12.7&app=quick";
        var admin = await BrowseFromAsync(PortalUnderTest.Admin);
        await admin.GotoAsync(Address);
        var log = admin.Locator("#log");
        await Assertions.Expect(log).ToHaveTextAsync("one <script>alert(1)</script>");
        await Assertions.Expect(admin.GetByText("Live", new() { Exact = true })).ToBeVisibleAsync();

        await File.AppendAllTextAsync(path, "two \u001b[31mred\u001b[0m\nthree", Cancelled);
        await Assertions.Expect(log).ToContainTextAsync("two red three");
        await File.AppendAllTextAsync(path, " and four\n", Cancelled);
        await Assertions.Expect(log).ToContainTextAsync("three and four");
        Assert.Single(Requests, request => request.EndsWith(Address, StringComparison.Ordinal));

        var plain = await BrowseFromAsync(PortalUnderTest.Admin, NoScripts);
        await plain.GotoAsync(Address);
        await plain.GetByLabel("Lines with").FillAsync("THREE");
        await plain.GetByRole(AriaRole.Button, new() { Name = "Find" }).ClickAsync();
        await Assertions.Expect(plain.Locator("mark")).ToHaveTextAsync("three");
        var download = await plain.RunAndWaitForDownloadAsync(() => plain.GetByRole(AriaRole.Link, new() { Name = "Download" }).ClickAsync());
        Assert.Equal("quick_127.0.12.7.log", download.SuggestedFilename);
        Assert.Equal(await File.ReadAllBytesAsync(path, Cancelled), await File.ReadAllBytesAsync(await download.PathAsync(), Cancelled));
    }

    [Fact]
    public async Task Charts_are_drawn_from_the_numbers_that_their_tables_show()
    {
        await Portal.Service<AuditStore>().AddAsync(
            [new AuditEntry { At = TimeProvider.System.GetUtcNow(), Action = AuditAction.AccessRefused, Actor = "127.0.12.8", Count = 1234 }], Cancelled);
        var admin = await BrowseFromAsync(PortalUnderTest.Admin);
        await Assertions.Expect(admin.Locator("canvas")).ToHaveCountAsync(0);
        await admin.GotoAsync("/");
        await admin.GetByRole(AriaRole.Link, new() { Name = "Overview" }).ClickAsync();

        await Assertions.Expect(admin.Locator("canvas")).ToHaveCountAsync(2);
        var day = admin.GetByRole(AriaRole.Figure, new() { Name = "The last 24 hours" });
        await day.GetByText("Numbers").ClickAsync();
        await Assertions.Expect(day.Locator("tbody tr")).ToHaveCountAsync(24);
        var counts = await day.Locator("tbody td:last-child").EvaluateAllAsync<string[]>("cells => cells.map(cell => cell.dataset.count)");
        Assert.True(counts.Sum(count => int.Parse(count, System.Globalization.CultureInfo.InvariantCulture)) >= 1234);

        var plain = await BrowseFromAsync(PortalUnderTest.Admin, NoScripts);
        await plain.GotoAsync("/admin/overview");
        await plain.GetByText("Numbers").Last.ClickAsync();
        await Assertions.Expect(plain.Locator("#week ~ details tbody tr")).ToHaveCountAsync(7);
        await Assertions.Expect(plain.Locator("canvas")).ToHaveCountAsync(0);
    }

    private static ILocator RowOf(IPage page, string address) => page.GetByRole(AriaRole.Row).Filter(new() { HasText = address });

    private async Task StopAsync(string address)
    {
        foreach (var instance in Portal.InstancesOf(address))
            await Portal.Service<Supervisor>().StopAsync(instance.Key, "the test says so");
    }
}
