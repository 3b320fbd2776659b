using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Portal.Data;
using Portal.Web.Launch;
using Xunit;

namespace Portal.Tests.Browser;

/// <summary>An admin at work, and what follows for others.</summary>
public sealed class AdminInBrowserTests(Chromium chromium, StubPortal stub)
    : BrowserTests(chromium), IClassFixture<StubPortal>
{
    internal override PortalUnderTest Portal => stub.Portal;

    [Fact]
    public async Task Whom_an_admin_registers_gets_in_at_once()
    {
        var visitor = await BrowseFromAsync("127.0.3.1");
        await visitor.GotoAsync("/");
        await Assertions.Expect(visitor.GetByText("You are not a registered user")).ToBeVisibleAsync();
        await Assertions.Expect(visitor.GetByText("127.0.3.1")).ToBeVisibleAsync();

        var admin = await BrowseFromAsync(PortalUnderTest.Admin);
        await admin.GotoAsync("/admin/");
        await admin.GetByRole(AriaRole.Link, new() { Name = "Register an IP" }).ClickAsync();
        await admin.GetByLabel("IP address or network").FillAsync("127.0.3.1");
        await admin.GetByLabel("Label").FillAsync("Kim <b>");
        await admin.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(admin.GetByText("127.0.3.1 is registered.")).ToBeVisibleAsync();

        await visitor.GetByRole(AriaRole.Link, new() { Name = "Try again" }).ClickAsync();
        await Assertions.Expect(visitor.GetByRole(AriaRole.Heading, new() { Name = "User page" })).ToBeVisibleAsync();
        await Assertions.Expect(visitor.GetByText("Kim <b>")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_mistake_is_told_beside_its_field_and_the_right_form_is_one_click_away()
    {
        var admin = await BrowseFromAsync(PortalUnderTest.Admin);
        await admin.GotoAsync("/admin/edit");
        var network = admin.GetByLabel("IP address or network");
        await network.FillAsync("10.33.1.2/16");
        await admin.GetByLabel("Label").FillAsync("Planning");
        await admin.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        await Assertions.Expect(network).ToHaveAttributeAsync("aria-invalid", "true");
        await Assertions.Expect(network).ToBeFocusedAsync();
        await Assertions.Expect(admin.GetByLabel("Label")).ToHaveValueAsync("Planning");

        await admin.GetByRole(AriaRole.Button, new() { Name = "10.33.0.0/16" }).ClickAsync();
        await Assertions.Expect(admin.GetByText("10.33.0.0/16 is registered.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Removing_asks_first_and_nobody_removes_the_registration_they_come_through()
    {
        await Portal.AddAsync(new RegisteredIpDraft("127.0.3.2", Role.User, Label: "Lee"));
        var admin = await BrowseFromAsync(PortalUnderTest.Admin);
        await admin.GotoAsync("/admin/?search=127.0.3.2");
        await admin.GetByRole(AriaRole.Button, new() { Name = "Remove 127.0.3.2" }).ClickAsync();
        var dialog = admin.GetByRole(AriaRole.Dialog, new() { Name = "Remove 127.0.3.2?" });
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Assertions.Expect(dialog).Not.ToBeVisibleAsync();

        await admin.GetByRole(AriaRole.Button, new() { Name = "Remove 127.0.3.2" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await Assertions.Expect(admin.GetByText("The registration of 127.0.3.2 was removed.")).ToBeVisibleAsync();

        await admin.GotoAsync("/admin/?search=127.0.0.1");
        await admin.GetByRole(AriaRole.Button, new() { Name = "Remove 127.0.0.1", Exact = true }).ClickAsync();
        await admin.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await Assertions.Expect(admin.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await Assertions.Expect(admin.GetByRole(AriaRole.Row, new() { Name = "127.0.0.1" }).First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task What_runs_is_listed_and_can_be_restarted_and_stopped()
    {
        await Portal.AddAsync(new RegisteredIpDraft("127.0.3.3", Role.User, Label: "Park"));
        var user = await BrowseFromAsync("127.0.3.3");
        await user.GotoAsync("/app/quick/");
        await Eventually.TrueAsync(() => Portal.InstancesOf("127.0.3.3").Count is 1);

        var admin = await BrowseFromAsync(PortalUnderTest.Admin);
        await admin.GotoAsync("/admin/running");
        var row = admin.GetByRole(AriaRole.Row).Filter(new() { HasText = "127.0.3.3" });
        await Assertions.Expect(row).ToContainTextAsync("Park");
        var process = Assert.Single(Portal.InstancesOf("127.0.3.3")).ProcessId;
        await row.GetByRole(AriaRole.Button, new() { Name = "Restart" }).First.ClickAsync();
        await admin.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Restart" }).ClickAsync();
        await Assertions.Expect(admin.GetByText("is being restarted")).ToBeVisibleAsync();
        await Eventually.TrueAsync(() => Portal.InstancesOf("127.0.3.3") is [{ State: InstanceState.Ready } next] && next.ProcessId != process);

        await row.GetByRole(AriaRole.Button, new() { Name = "Stop" }).First.ClickAsync();
        await admin.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Stop" }).ClickAsync();

        await Assertions.Expect(admin.GetByText("was stopped")).ToBeVisibleAsync();
        Assert.Empty(Portal.InstancesOf("127.0.3.3"));
    }

    [Fact]
    public async Task A_user_is_told_that_admin_pages_are_not_for_them()
    {
        var user = await BrowseFromAsync(PortalUnderTest.User);

        var answer = await user.GotoAsync("/admin/");

        Assert.Equal(403, answer?.Status);
        await Assertions.Expect(user.GetByRole(AriaRole.Heading, new() { Name = "For administrators only" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_language_follows_the_browser_and_a_switch_that_is_remembered()
    {
        var user = await BrowseFromAsync(PortalUnderTest.User, new() { Locale = "ko-KR" });
        await user.GotoAsync("/");
        await Assertions.Expect(user.GetByRole(AriaRole.Heading, new() { Name = "사용자 페이지" })).ToBeVisibleAsync();

        await user.GetByRole(AriaRole.Link, new() { Name = "English" }).ClickAsync();
        await Assertions.Expect(user.GetByRole(AriaRole.Heading, new() { Name = "User page" })).ToBeVisibleAsync();
        await Assertions.Expect(user).ToHaveURLAsync(new Regex("/$"));

        await user.GotoAsync("/");
        await Assertions.Expect(user.GetByRole(AriaRole.Heading, new() { Name = "User page" })).ToBeVisibleAsync();
    }
}
