using System.Net;
using Microsoft.Playwright;
using Portal.Data;
using Portal.Web.Launch;
using Xunit;

namespace Portal.Tests.Browser;

/// <summary>The home page follows what happens, and takes nothing from under the reader's hand.</summary>
public sealed class HomeInBrowserTests(Chromium chromium, StubPortal stub) : BrowserTests(chromium), IClassFixture<StubPortal>
{
    internal override PortalUnderTest Portal => stub.Portal;

    [Fact]
    public async Task A_card_follows_its_app_without_a_reload_and_the_focus_stays()
    {
        var page = await LookAsync("127.0.15.1");
        var link = page.Locator("[href='/app/quick/']");
        await Assertions.Expect(link).ToHaveTextAsync("Launch app");
        await link.FocusAsync();

        using (await Portal.ClientFrom("127.0.15.1").GetAsync(new Uri("/app/quick/", UriKind.Relative), Cancelled)) { }

        await Assertions.Expect(link).ToHaveTextAsync("Open");
        await Assertions.Expect(page.GetByRole(AriaRole.Article, new() { Name = "quick" })).ToContainTextAsync("Running");
        await Assertions.Expect(link).ToBeFocusedAsync();

        var stop = page.GetByRole(AriaRole.Button, new() { Name = "Stop quick" });
        await stop.FocusAsync();
        await StopAsync("127.0.15.1");
        await Assertions.Expect(stop).ToHaveCountAsync(0);
        await Assertions.Expect(link).ToHaveTextAsync("Launch app");
        await Assertions.Expect(link).ToBeFocusedAsync();
        Assert.Single(Requests, url => new Uri(url).PathAndQuery is "/");
    }

    [Fact]
    public async Task An_open_question_stays_until_it_is_answered()
    {
        var page = await LookAsync("127.0.15.2");
        using (await Portal.ClientFrom("127.0.15.2").GetAsync(new Uri("/app/quick/", UriKind.Relative), Cancelled)) { }
        await page.GetByRole(AriaRole.Button, new() { Name = "Stop quick" }).ClickAsync();
        var question = page.GetByRole(AriaRole.Dialog);
        await StopAsync("127.0.15.2");

        await page.WaitForResponseAsync(answer => answer.Url.EndsWith("handler=Cards", StringComparison.Ordinal));
        await page.WaitForResponseAsync(answer => answer.Url.EndsWith("handler=Cards", StringComparison.Ordinal));
        await Assertions.Expect(question).ToBeVisibleAsync();
        await question.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await Assertions.Expect(question).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator("[href='/app/quick/']")).ToHaveTextAsync("Launch app");
    }

    [Fact]
    public async Task Who_loses_access_is_shown_so()
    {
        var registered = await Portal.AddAsync(new RegisteredIpDraft("127.0.15.3", Role.User));
        var page = await BrowseFromAsync("127.0.15.3");
        await page.GotoAsync("/");

        await Portal.Service<RegisteredIpStore>().RemoveAsync(registered.Id, registered.Version, new Actor("test"), Cancelled);

        await ArriveAsync(page, "/unauthorized/");
    }

    private async Task<IPage> LookAsync(string address)
    {
        await Portal.AddAsync(new RegisteredIpDraft(address, Role.User));
        var page = await BrowseFromAsync(address);
        await page.GotoAsync("/");
        return page;
    }

    private Task<bool> StopAsync(string address) =>
        Portal.Service<Supervisor>().StopAsync(new InstanceKey(IPAddress.Parse(address), "quick"), "the test says so");
}
