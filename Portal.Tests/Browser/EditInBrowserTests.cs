using System.Net;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Portal.Data;
using Xunit;

namespace Portal.Tests.Browser;

/// <summary>Two admins change the same registration.</summary>
public sealed class EditInBrowserTests(Chromium chromium, StubPortal stub)
    : BrowserTests(chromium), IClassFixture<StubPortal>
{
    internal override PortalUnderTest Portal => stub.Portal;

    [Fact]
    public async Task The_second_sees_field_by_field_what_the_first_has_saved_and_chooses()
    {
        await Portal.AddAsync(new RegisteredIpDraft("127.0.7.1", Role.Admin, Label: "Kim"));
        var row = await Portal.AddAsync(new RegisteredIpDraft("10.87.0.1", Role.User, Label: "old", Notes: "floor 3"));
        var phone = new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 360, Height = 800 } };
        var first = await BrowseFromAsync("127.0.7.1");
        var second = await BrowseFromAsync(PortalUnderTest.Admin, phone);
        await first.GotoAsync($"/admin/edit/{row.Id}");
        await second.GotoAsync($"/admin/edit/{row.Id}");

        await first.Locator("#Label").FillAsync("of the first");
        await first.Locator("#Notes").FillAsync("floor 4\nroom 7");
        await first.Locator("#Port").FillAsync("9471");
        await first.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await second.Locator("#Label").FillAsync("of the second");
        await second.Locator("#ExpiresAt").FillAsync("2099-05-06T07:08");
        await second.Locator("input[type=checkbox]").UncheckAsync();
        await second.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        await Assertions.Expect(second.GetByRole(AriaRole.Heading, new() { Name = "Kim saved it in the meantime" })).ToBeVisibleAsync();
        Assert.Equal(["Port", "Label", "Notes", "Expires", "State"], await second.Locator(".theirs legend").AllTextContentsAsync(), StringComparer.Ordinal);
        var label = second.GetByRole(AriaRole.Group, new() { Name = "Label" });
        await Assertions.Expect(label).ToContainTextAsync("Before: old");
        await Assertions.Expect(label.GetByLabel("Theirs: of the first")).ToBeCheckedAsync();
        await Assertions.Expect(second.GetByLabel("Yours: Disabled")).ToBeCheckedAsync();
        Assert.Empty((await second.RunAxe()).Violations);
        Assert.True(await second.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
        Assert.Equal("of the first", (await FindAsync())?.Label);

        await label.GetByLabel("Yours: of the second").CheckAsync();
        await second.GetByRole(AriaRole.Button, new() { Name = "Save as chosen" }).ClickAsync();

        await Assertions.Expect(second.GetByRole(AriaRole.Heading, new() { Name = "Registered IPs" })).ToBeVisibleAsync();
        var saved = await FindAsync();
        Assert.Equal(("of the second", "floor 4\nroom 7", 9471, false, 2099), (saved?.Label, saved?.Notes, saved?.Port, saved?.Enabled, saved?.ExpiresAt?.Year));

        Task<RegisteredIp?> FindAsync() => Portal.Service<RegisteredIpStore>().ResolveAsync(IPAddress.Parse("10.87.0.1"), Cancelled);
    }
}
