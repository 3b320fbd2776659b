using Microsoft.Playwright;
using Portal.Data;
using Xunit;

namespace Portal.Tests.Browser;

/// <summary>An admin looks up who did what.</summary>
public sealed class AuditInBrowserTests(Chromium chromium, StubPortal stub)
    : BrowserTests(chromium), IClassFixture<StubPortal>
{
    internal override PortalUnderTest Portal => stub.Portal;

    [Fact]
    public async Task A_change_is_found_and_told_as_old_and_new()
    {
        var row = await Portal.AddAsync(new RegisteredIpDraft("127.0.6.1", Role.User, Label: "Desk <b>"));
        await Portal.Service<RegisteredIpStore>().UpdateAsync(
            row.Id, row.Version, new("127.0.6.1", Role.User, Label: "Window"), new Actor("Ann"), Cancelled);
        var admin = await BrowseFromAsync(PortalUnderTest.Admin);

        await admin.GotoAsync("/");
        await admin.GetByRole(AriaRole.Link, new() { Name = "Record" }).ClickAsync();
        await admin.GetByLabel("Search").FillAsync("127.0.6.1");
        await admin.GetByLabel("What").SelectOptionAsync("RegistrationChanged");
        await admin.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();

        var found = admin.Locator("tbody tr");
        await Assertions.Expect(found).ToHaveCountAsync(1);
        await Assertions.Expect(found).ToContainTextAsync("Ann");
        await Assertions.Expect(found.Locator("del")).ToHaveTextAsync("Desk <b>");
        await Assertions.Expect(found.Locator("ins")).ToHaveTextAsync("Window");

        await admin.GetByLabel("Who").FillAsync("127.0.6.2");
        await admin.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        await Assertions.Expect(admin.GetByText("Nothing on record")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Longer_than_a_page_it_is_leafed_through_there_and_back()
    {
        var change = await Portal.AddAsync(new RegisteredIpDraft("127.0.6.3", Role.User));
        for (var i = 0; i < 50; i++)
        {
            var next = await Portal.Service<RegisteredIpStore>().SetEnabledAsync(
                change.Id, change.Version, i % 2 is 1, new Actor("Ben"), Cancelled);
            Assert.NotNull(next.Row);
            change = next.Row;
        }

        var admin = await BrowseFromAsync(PortalUnderTest.Admin);
        await admin.GotoAsync("/admin/audit?search=127.0.6.3");
        await Assertions.Expect(admin.Locator("tbody tr")).ToHaveCountAsync(50);
        await admin.GetByRole(AriaRole.Link, new() { Name = "Older" }).ClickAsync();
        await Assertions.Expect(admin.Locator("tbody tr")).ToHaveCountAsync(1);
        await Assertions.Expect(admin.GetByRole(AriaRole.Link, new() { Name = "Older" })).ToHaveCountAsync(0);
        await admin.GetByRole(AriaRole.Link, new() { Name = "Newer" }).ClickAsync();

        await Assertions.Expect(admin.Locator("tbody tr")).ToHaveCountAsync(50);
    }
}
