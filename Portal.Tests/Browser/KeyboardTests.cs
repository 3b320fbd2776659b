using System.Net;
using Microsoft.Playwright;
using Portal.Data;
using Portal.Web.Access;
using Xunit;

namespace Portal.Tests.Browser;

/// <summary>An admin's day without a mouse: every step is a key, and each key goes where the focus is.</summary>
public sealed class KeyboardTests(Chromium chromium, StubPortal stub) : BrowserTests(chromium), IClassFixture<StubPortal>
{
    // More than any page has to offer.
    private const int MostTabs = 120;

    internal override PortalUnderTest Portal => stub.Portal;

    [Fact]
    public async Task Registering_asking_disabling_and_removing()
    {
        var page = await BrowseFromAsync(PortalUnderTest.Admin);
        await page.GotoAsync("/admin/");
        await PressAsync(page, "Register an IP");
        await ArriveAsync(page, "/admin/edit");
        await TabToAsync(page, "IP address or network");
        await page.Keyboard.TypeAsync("127.0.14.1");
        await TabToAsync(page, "Label");
        await page.Keyboard.TypeAsync("Keys");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByText("127.0.14.1 is registered.")).ToBeVisibleAsync();

        await PressAsync(page, "Who would an address be?");
        await TabToAsync(page, "IP address");
        await page.Keyboard.TypeAsync("127.0.14.1");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByText("127.0.14.1 is let in.")).ToBeVisibleAsync();

        await page.GotoAsync("/admin/?search=127.0.14.1");
        await PressAsync(page, "Disable 127.0.14.1");
        await PressAsync(page, "Disable");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Enable 127.0.14.1" })).ToBeVisibleAsync();
        await PressAsync(page, "Remove 127.0.14.1");
        await page.Keyboard.PressAsync("Enter"); // the question opens with the focus on Cancel
        Assert.NotNull(Portal.Service<RegistryAccess>().Table.Decide(IPAddress.Parse("127.0.14.1")));
        await PressAsync(page, "Remove 127.0.14.1");
        await PressAsync(page, "Remove");
        await Assertions.Expect(page.GetByText("The registration of 127.0.14.1 was removed.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Reading_a_log_stopping_one_app_and_closing_it_for_everybody()
    {
        await Portal.AddAsync(new RegisteredIpDraft("127.0.14.2", Role.User));
        await Portal.ClientFrom("127.0.14.2").GetAsync(new Uri("/app/quick/", UriKind.Relative), Cancelled);
        await Eventually.TrueAsync(() => Portal.InstancesOf("127.0.14.2") is [{ ProcessId: not null }]);
        var page = await BrowseFromAsync(PortalUnderTest.Admin);

        await page.GotoAsync("/admin/running");
        await PressAsync(page, "Log 127.0.14.2/quick");
        await ArriveAsync(page, "/admin/log");
        await page.GoBackAsync();
        await PressAsync(page, "Stop 127.0.14.2/quick");
        await PressAsync(page, "Stop");
        await Assertions.Expect(page.GetByText("was stopped")).ToBeVisibleAsync();
        Assert.Empty(Portal.InstancesOf("127.0.14.2"));

        await page.GotoAsync("/admin/close?app=quick");
        await TabToAsync(page, "What to tell them");
        await page.Keyboard.TypeAsync("bye");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByText("Stopped: ")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Announcing_and_taking_it_back()
    {
        var page = await BrowseFromAsync(PortalUnderTest.Admin);
        await page.GotoAsync("/admin/announcements");
        await PressAsync(page, "New announcement");
        await ArriveAsync(page, "/admin/announcement");
        await TabToAsync(page, "In English");
        await page.Keyboard.TypeAsync("Typed by keys");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByText("The announcement is saved.")).ToBeVisibleAsync();

        await PressAsync(page, "Remove Typed by keys");
        await PressAsync(page, "Remove");
        await Assertions.Expect(page.GetByText("The announcement was removed.")).ToBeVisibleAsync();
    }

    private static async Task PressAsync(IPage page, string name)
    {
        await TabToAsync(page, name);
        await page.Keyboard.PressAsync("Enter");
    }

    /// <summary>Goes on by the key alone until what has the focus is called so.</summary>
    private static async Task TabToAsync(IPage page, string name)
    {
        List<string> passed = [];
        for (var tabs = 0; tabs < MostTabs; tabs++)
        {
            var focused = await page.EvaluateAsync<string>(
                "() => { const it = document.activeElement; return ((it.labels?.[0] ?? it).textContent ?? '').replace(/\\s+/g, ' ').trim(); }");
            if (focused.Equals(name, StringComparison.Ordinal))
                return;
            passed.Add(focused);
            await page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"No key leads to “{name}” on {page.Url}: {string.Join(", ", passed.Distinct(StringComparer.Ordinal).Take(60))}");
    }
}
