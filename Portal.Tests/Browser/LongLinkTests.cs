using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Portal.Data;
using Xunit;

namespace Portal.Tests.Browser;

/// <summary>A link into an app, however long, leads to its place in the app, whatever is in between.</summary>
public sealed class LongLinkTests(Chromium chromium, StubPortal stub) : BrowserTests(chromium), IClassFixture<StubPortal>
{
    /// <summary>6,300 bytes as it is sent, and a place in the page.</summary>
    private static readonly string Query = "?f=" + Uri.EscapeDataString(new string('가', 700)) + "#part-2";

    internal override PortalUnderTest Portal => stub.Portal;

    [Fact]
    public async Task The_launch_page_goes_on_to_the_whole_link()
    {
        File.Delete(stub.Gate);
        var page = await OpenAsync("slow", "127.0.14.1");
        await Assertions.Expect(page.GetByText("Waiting for the app to answer")).ToBeVisibleAsync();

        await File.WriteAllTextAsync(stub.Gate, "", Cancelled);

        await Assertions.Expect(page.GetByText("Waiting for the app to answer")).Not.ToBeVisibleAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex(Regex.Escape("/app/slow/" + Query) + "$"));
        var polls = Requests.Where(url => url.Contains("/launching/", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(polls);
        Assert.All(polls, url => Assert.EndsWith("/launching/slow/state", url, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Its_launch_can_be_cancelled()
    {
        File.Delete(stub.Gate);
        var page = await OpenAsync("slow", "127.0.14.2");

        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await Assertions.Expect(page.GetByText("The launch of slow was cancelled.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Try_again_leads_to_the_whole_link()
    {
        await File.WriteAllTextAsync(stub.Fault, "", Cancelled);
        var page = await OpenAsync("broken", "127.0.14.3");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("ended before it was ready");
        File.Delete(stub.Fault);

        await page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).Not.ToBeVisibleAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex(Regex.Escape("/app/broken/" + Query) + "$"));
    }

    [Theory]
    [InlineData("en-US", "127.0.14.4", "This page can no longer follow the launch.")]
    [InlineData("ko-KR", "127.0.14.5", "이 페이지에서 더 이상 진행 상황을 확인할 수 없습니다.")]
    public async Task An_error_that_stays_ends_the_asking_and_is_explained(string locale, string address, string words)
    {
        File.Delete(stub.Gate);
        var asked = 0;
        var page = await BrowseAsync(address, locale);
        await page.RouteAsync("**/launching/slow/state", route => route.FulfillAsync(new() { Status = ++asked < 3 ? 503 : 414 }));
        await page.GotoAsync("/app/slow/");

        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync(words);

        Assert.Equal(3, asked); // 503 passes, 414 does not
        await page.EvaluateAsync("() => new Promise(done => setTimeout(done, 2000))");
        Assert.Equal(3, asked);
    }

    private async Task<IPage> OpenAsync(string app, string address)
    {
        var page = await BrowseAsync(address, "en-US");
        await page.GotoAsync($"/app/{app}/{Query}");
        return page;
    }

    private async Task<IPage> BrowseAsync(string address, string locale)
    {
        await Portal.AddAsync(new RegisteredIpDraft(address, Role.User));
        return await BrowseFromAsync(address, new() { Locale = locale });
    }
}
