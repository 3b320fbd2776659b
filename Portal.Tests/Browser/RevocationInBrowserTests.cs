using System.Net;
using Microsoft.Playwright;
using Portal.Data;
using Portal.Web.Access;
using Xunit;

namespace Portal.Tests.Browser;

/// <summary>What people see in a real app when an admin takes it from them.</summary>
public sealed class RevocationInBrowserTests(Chromium chromium, SamplePortal sample)
    : BrowserTests(chromium), IClassFixture<SamplePortal>
{
    private static readonly Actor Tester = new("test");

    internal override PortalUnderTest Portal => sample.Portal;

    private RegisteredIpStore Store => Portal.Service<RegisteredIpStore>();

    [Fact]
    public async Task Whose_registration_is_disabled_is_told_so_where_their_app_was()
    {
        var row = await Portal.AddAsync(new RegisteredIpDraft("127.0.12.1", Role.User));
        var page = await WorkAsync("127.0.12.1");

        await Store.SetEnabledAsync(row.Id, row.Version, false, Tester, Cancelled);

        await Assertions.Expect(page.GetByText("Your access has just ended")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("127.0.12.1")).ToBeVisibleAsync();
        await Eventually.TrueAsync(() => Portal.InstancesOf("127.0.12.1").Count is 0);
    }

    [Fact]
    public async Task Whose_role_is_another_is_told_so_and_may_start_anew()
    {
        var row = await Portal.AddAsync(new RegisteredIpDraft("127.0.12.2", Role.Admin));
        var page = await WorkAsync("127.0.12.2");

        await Store.UpdateAsync(row.Id, row.Version, new("127.0.12.2", Role.User), Tester, Cancelled);

        await Assertions.Expect(page.GetByText("Your registration was changed, so this app was stopped.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Start again" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Re-check alarms" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task An_admin_stops_everything_with_a_word_that_everybody_reads()
    {
        await Portal.AddAsync(new RegisteredIpDraft("127.0.12.3", Role.User));
        var page = await WorkAsync("127.0.12.3");
        var admin = await BrowseFromAsync(PortalUnderTest.Admin);
        await admin.GotoAsync("/admin/running");

        await admin.GetByRole(AriaRole.Link, new() { Name = "Stop everything" }).ClickAsync();
        await Assertions.Expect(admin.GetByText("127.0.12.3")).ToBeVisibleAsync();
        var word = admin.GetByLabel("What to tell them");
        await word.FillAsync(new string('x', 301));
        await word.EvaluateAsync("field => { field.removeAttribute('maxlength'); field.value += 'x'; }");
        await admin.GetByRole(AriaRole.Button, new() { Name = "Stop everything" }).ClickAsync();
        await Assertions.Expect(word).ToHaveAttributeAsync("aria-invalid", "true");
        await word.FillAsync("Maintenance <b>until noon</b>");
        await admin.GetByRole(AriaRole.Button, new() { Name = "Stop everything" }).ClickAsync();

        await Assertions.Expect(page.GetByText("An administrator has stopped this app.")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("Maintenance <b>until noon</b>")).ToBeVisibleAsync();
        await Assertions.Expect(admin.GetByText("Stopped: ")).ToBeVisibleAsync();
        Assert.Empty(Portal.InstancesOf("127.0.12.3"));
    }

    [Fact]
    public async Task An_announcement_is_read_over_a_running_app_which_goes_on()
    {
        await Portal.AddAsync(new RegisteredIpDraft("127.0.12.4", Role.User));
        var page = await WorkAsync("127.0.12.4");
        var admin = await BrowseFromAsync(PortalUnderTest.Admin);
        await admin.GotoAsync("/admin/announcement");
        await admin.GetByRole(AriaRole.Button, new() { Name = "Announce" }).ClickAsync();
        await Assertions.Expect(admin.GetByLabel("In English")).ToHaveAttributeAsync("aria-invalid", "true");
        await admin.GetByLabel("In English").FillAsync("Maintenance in five minutes <i>");
        await admin.GetByLabel("In Korean").FillAsync("5분 뒤 점검");
        await admin.GetByLabel("Warning").CheckAsync();
        await admin.GetByRole(AriaRole.Button, new() { Name = "Announce" }).ClickAsync();
        await Assertions.Expect(admin.GetByText("The announcement is saved.")).ToBeVisibleAsync();

        var bar = page.Locator("portal-notice aside");
        await page.EvaluateAsync("document.dispatchEvent(new Event('visibilitychange'))");
        await Assertions.Expect(bar).ToContainTextAsync("Maintenance in five minutes <i>");
        await page.GetByRole(AriaRole.Button, new() { Name = "Re-check alarms" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Alarm checks: 2")).ToBeVisibleAsync();

        await bar.GetByRole(AriaRole.Link).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "User page" })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("Maintenance in five minutes <i>")).ToBeVisibleAsync();

        await admin.GetByRole(AriaRole.Button, new() { Name = "Remove Maintenance in five minutes" }).ClickAsync();
        await admin.GetByRole(AriaRole.Button, new() { Name = "Remove", Exact = true }).ClickAsync();
        await Assertions.Expect(admin.GetByText("Nothing is announced")).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Assertions.Expect(page.GetByText("Maintenance in five minutes")).Not.ToBeVisibleAsync();
    }

    private async Task<IPage> WorkAsync(string address)
    {
        var page = await BrowseFromAsync(address);
        await page.GotoAsync("/app/feature-manager/");
        await page.GetByRole(AriaRole.Button, new() { Name = "Re-check alarms" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Alarm checks: 1")).ToBeVisibleAsync();
        Assert.NotNull(Portal.Service<RegistryAccess>().Identify(IPAddress.Parse(address)));
        return page;
    }
}
