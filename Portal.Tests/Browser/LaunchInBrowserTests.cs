using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Portal.Data;
using Portal.Web.Launch;
using Xunit;

namespace Portal.Tests.Browser;

/// <summary>What a person sees between the click and the app.</summary>
public sealed class LaunchInBrowserTests(Chromium chromium, StubPortal stub)
    : BrowserTests(chromium), IClassFixture<StubPortal>
{
    internal override PortalUnderTest Portal => stub.Portal;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_progress_page_goes_on_to_the_app_by_itself(bool javaScript)
    {
        File.Delete(stub.Gate);
        var page = await LaunchAsync("slow", javaScript ? "127.0.2.1" : "127.0.2.2", Role.User, javaScript);
        await Assertions.Expect(page.GetByText("Waiting for the app to answer")).ToBeVisibleAsync();

        await File.WriteAllTextAsync(stub.Gate, "", Cancelled);

        await Assertions.Expect(page.GetByText("Waiting for the app to answer")).Not.ToBeVisibleAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/app/slow/$"));
    }

    [Fact]
    public async Task Cancel_leads_home_and_leaves_nothing_running()
    {
        File.Delete(stub.Gate);
        var page = await LaunchAsync("slow", "127.0.2.3", Role.User);

        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await Assertions.Expect(page.GetByText("The launch of slow was cancelled.")).ToBeVisibleAsync();
        Assert.Empty(Portal.InstancesOf("127.0.2.3"));
    }

    [Fact]
    public async Task A_frozen_app_says_so_and_can_be_restarted()
    {
        var page = await LaunchAsync("quick", "127.0.2.8", Role.User);
        await Eventually.TrueAsync(() => Portal.InstancesOf("127.0.2.8") is [{ State: InstanceState.Ready }]);
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/app/quick/$")); // else it arrives while the next page is asked for
        await page.WaitForLoadStateAsync();
        var process = Assert.NotNull(Portal.InstancesOf("127.0.2.8")[0].ProcessId);
        Freezer.Freeze(process);
        await Eventually.TrueAsync(() => Portal.InstancesOf("127.0.2.8") is [{ State: InstanceState.Silent }]);

        await page.GotoAsync("/app/quick/");
        await Assertions.Expect(page.GetByText("Your app is not answering")).ToBeVisibleAsync();
        Assert.Empty((await page.RunAxe()).Violations);
        await page.GetByRole(AriaRole.Button, new() { Name = "Restart" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Restart" }).ClickAsync();

        await Eventually.TrueAsync(() => Portal.InstancesOf("127.0.2.8") is [{ State: InstanceState.Ready } next] && next.ProcessId != process);
        await Assertions.Expect(page.GetByText("Your app is not answering")).Not.ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_failed_launch_says_why_and_try_again_tries_again()
    {
        await File.WriteAllTextAsync(stub.Fault, "", Cancelled);
        var admin = await LaunchAsync("broken", "127.0.2.4", Role.Admin);
        await Assertions.Expect(admin.GetByRole(AriaRole.Alert)).ToContainTextAsync("ended before it was ready");
        await Assertions.Expect(admin.GetByText("the last words")).ToBeVisibleAsync();
        await Assertions.Expect(admin.GetByText("exit code 3")).ToBeVisibleAsync();

        var user = await LaunchAsync("broken", "127.0.2.5", Role.User);
        await Assertions.Expect(user.GetByRole(AriaRole.Alert)).ToContainTextAsync("ended before it was ready");
        await Assertions.Expect(user.GetByText("the last words")).Not.ToBeVisibleAsync();

        File.Delete(stub.Fault);
        await user.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();

        await Assertions.Expect(user).ToHaveURLAsync(new Regex("/app/broken/$"));
        await Eventually.TrueAsync(() => Portal.InstancesOf("127.0.2.5").Any(instance => instance.Failure is null));
    }

    [Fact]
    public async Task An_app_is_launched_by_keyboard_alone()
    {
        await Portal.AddAsync(new RegisteredIpDraft("127.0.2.6", Role.User));
        var page = await BrowseFromAsync("127.0.2.6");
        await page.GotoAsync("/");

        var launch = page.GetByRole(AriaRole.Article, new() { Name = "quick" }).GetByRole(AriaRole.Link);
        for (var tabs = 0; tabs < 20 && !await launch.EvaluateAsync<bool>("link => link === document.activeElement"); tabs++)
            await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");

        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/app/quick/$"));
    }

    private async Task<IPage> LaunchAsync(string app, string address, Role role, bool javaScript = true)
    {
        await Portal.AddAsync(new RegisteredIpDraft(address, role));
        var page = await BrowseFromAsync(address, new() { JavaScriptEnabled = javaScript });
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Article, new() { Name = app }).GetByRole(AriaRole.Link, new() { Name = "Launch app" }).ClickAsync();
        return page;
    }
}
