using System.Collections.Concurrent;
using System.Text.Json;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Xunit;

namespace Portal.Tests.Browser;

/// <summary>The notice in an app's page, which is told what the portal would say at some moment.</summary>
public sealed class NoticeTests(Chromium chromium, StubPortal stub) : BrowserTests(chromium), IClassFixture<StubPortal>
{
    private const string Running = """{"runs":true,"starts":false,"stopsIn":1700,"instance":"1","end":null,"leave":null,"notices":[]}""";
    private const string Another = """{"runs":true,"starts":false,"stopsIn":1700,"instance":"2","end":null,"leave":null,"notices":[]}""";
    private const string Ending = """{"runs":true,"starts":false,"stopsIn":90.2,"instance":"1","end":null,"leave":null,"notices":[]}""";
    private const string Stopped = """{"runs":false,"starts":false,"stopsIn":null,"instance":null,"end":"Idle","leave":null,"notices":[]}""";
    private const string Gone = """{"runs":false,"starts":false,"stopsIn":null,"instance":null,"end":"Gone","leave":null,"notices":[]}""";
    private const string Starting = """{"runs":false,"starts":true,"stopsIn":null,"instance":null,"end":null,"leave":null,"notices":[]}""";

    private readonly ConcurrentQueue<string> _asked = new();
    private volatile Answer _answer = new(200, Running);

    internal override PortalUnderTest Portal => stub.Portal;

    [Theory]
    [InlineData("en-US", ColorScheme.Light, 1280, "Keep working", "because nobody used it for a while.")]
    [InlineData("en-US", ColorScheme.Dark, 360, "Keep working", "because nobody used it for a while.")]
    [InlineData("ko-KR", ColorScheme.Dark, 1280, "계속 작업", "한동안 사용하지 않아")]
    [InlineData("ko-KR", ColorScheme.Light, 360, "계속 작업", "한동안 사용하지 않아")]
    public async Task It_can_be_read_by_everybody(string locale, ColorScheme scheme, int width, string keep, string why)
    {
        var page = await OpenAsync(new()
        {
            Locale = locale,
            ColorScheme = scheme,
            ViewportSize = new ViewportSize { Width = width, Height = 800 },
        });

        await TellAsync(page, Ending);
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = keep })).ToBeVisibleAsync();
        await CheckAsync(page);

        await TellAsync(page, Stopped);
        await Assertions.Expect(Notice(page)).ToContainTextAsync(why);
        await CheckAsync(page);
    }

    [Fact]
    public async Task It_comes_when_it_is_due_counts_down_and_goes_when_the_app_is_used_elsewhere()
    {
        var page = await OpenAsync();
        await Assertions.Expect(Notice(page)).Not.ToBeVisibleAsync();

        await TellAsync(page, Ending);
        await Assertions.Expect(Notice(page).GetByRole(AriaRole.Timer)).ToHaveTextAsync("1:31");
        await Assertions.Expect(Notice(page).GetByRole(AriaRole.Timer)).ToHaveTextAsync("1:28");

        await TellAsync(page, Running);
        await Assertions.Expect(Notice(page)).Not.ToBeVisibleAsync();
        Assert.All(_asked, method => Assert.Equal("GET", method));
    }

    [Fact]
    public async Task It_leaves_the_focus_to_who_types_and_gives_it_back()
    {
        var page = await OpenAsync();
        await page.EvaluateAsync("document.body.prepend(document.createElement('textarea'))");
        var field = page.Locator("textarea");
        await field.FillAsync("half a sen");

        await TellAsync(page, Ending);
        await Assertions.Expect(Notice(page)).ToBeVisibleAsync();
        await Assertions.Expect(field).ToBeFocusedAsync();

        foreach (var _ in new[] { "tab", "home", "close", "keep" })
            await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Keep working" })).ToBeFocusedAsync();
        _answer = new(200, Running);
        await page.Keyboard.PressAsync("Enter");

        await Assertions.Expect(Notice(page)).Not.ToBeVisibleAsync();
        await Assertions.Expect(field).ToBeFocusedAsync();
        Assert.Equal("POST", _asked.Last());
    }

    [Fact]
    public async Task While_the_portal_does_not_answer_the_wish_to_go_on_is_kept()
    {
        var page = await OpenAsync();
        await TellAsync(page, Ending);
        _answer = new(0, "");
        await page.GetByRole(AriaRole.Button, new() { Name = "Keep working" }).ClickAsync();
        await Eventually.TrueAsync(() => _asked.Last() is "POST");

        _answer = new(200, Running);

        await Assertions.Expect(Notice(page)).Not.ToBeVisibleAsync();
        Assert.Equal("POST", _asked.Last());
    }

    [Theory]
    [InlineData(500, "{}")]
    [InlineData(0, "")]
    [InlineData(200, Starting)]
    public async Task It_is_quiet_about_everything_else_and_asks_again(int code, string body)
    {
        var page = await OpenAsync();
        await Eventually.TrueAsync(() => !_asked.IsEmpty);

        await TellAsync(page, body, code);
        await Assertions.Expect(Notice(page)).Not.ToBeVisibleAsync();

        await TellAsync(page, Stopped);
        await Assertions.Expect(Notice(page)).ToBeVisibleAsync();
        await TellAsync(page, body, code);
        await Assertions.Expect(Notice(page)).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(403, "{}", "/")]
    [InlineData(200, """{"runs":false,"starts":false,"stopsIn":null,"instance":null,"end":"Closed","leave":"/ended/quick","notices":[]}""", "/ended/quick")]
    public async Task Whoever_lost_the_app_is_taken_to_the_page_that_says_why(int code, string body, string path)
    {
        var page = await OpenAsync();

        await TellAsync(page, body, code);

        await ArriveAsync(page, path);
    }

    [Fact]
    public async Task The_card_says_what_is_announced_and_leads_home()
    {
        var page = await OpenAsync(new() { ViewportSize = new ViewportSize { Width = 360, Height = 640 } });
        await TellAsync(page, """{"runs":true,"starts":false,"stopsIn":1700,"instance":"1","end":null,"leave":null,"notices":[{"level":"Problem","text":"<img src=x onerror=alert(1)> mail is down"},{"level":"Info","text":"점검 완료"}]}""");

        var bar = page.Locator("portal-notice aside");
        await Assertions.Expect(bar.GetByRole(AriaRole.Listitem)).ToHaveTextAsync(["<img src=x onerror=alert(1)> mail is down", "점검 완료"]);
        Assert.Equal(0, await bar.Locator("img").CountAsync());
        await CheckAsync(page);

        await TellAsync(page, Running);
        await Assertions.Expect(bar.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(0);
        await Assertions.Expect(bar.GetByRole(AriaRole.Link)).Not.ToBeVisibleAsync();
        await bar.Locator(".tab").ClickAsync();
        await bar.GetByRole(AriaRole.Link).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "User page" })).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(Gone, "The app is not running any more", Running)]
    [InlineData(Another, "The app was restarted", null)]
    public async Task It_says_that_the_app_crashed_or_was_restarted(string body, string words, string? after)
    {
        var page = await OpenAsync();
        await TellAsync(page, Running);
        await Assertions.Expect(Notice(page)).Not.ToBeVisibleAsync();

        await TellAsync(page, body);
        await Assertions.Expect(Notice(page)).ToContainTextAsync(words);
        await CheckAsync(page);

        if (after is null)
            await Notice(page).GetByRole(AriaRole.Button).ClickAsync();
        else
            await TellAsync(page, after);
        await Assertions.Expect(Notice(page)).Not.ToBeVisibleAsync();
    }

    [Fact]
    public async Task It_is_opened_and_dismissed_by_keyboard_and_comes_again_for_something_new()
    {
        var page = await OpenAsync();
        var (tab, card) = (page.Locator("portal-notice .tab"), page.Locator("portal-notice .card"));
        await Assertions.Expect(tab).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(tab).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(card).ToBeVisibleAsync();
        await Assertions.Expect(tab).ToHaveAttributeAsync("aria-expanded", "true");
        await CheckAsync(page);
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(card).Not.ToBeVisibleAsync();
        await Assertions.Expect(tab).ToBeFocusedAsync();

        await TellAsync(page, Ending);
        await Assertions.Expect(Notice(page)).ToBeVisibleAsync();
        await card.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await TellAsync(page, Ending);
        await Assertions.Expect(card).Not.ToBeVisibleAsync();
        await Assertions.Expect(tab).ToHaveAttributeAsync("data-level", "Warning");
        await TellAsync(page, Stopped);
        await Assertions.Expect(Notice(page)).ToBeVisibleAsync();
    }

    private static ILocator Notice(IPage page) => page.Locator("portal-notice section");

    private async Task<IPage> OpenAsync(BrowserNewContextOptions? options = null)
    {
        var page = await BrowseFromAsync(PortalUnderTest.User, options);
        await page.RouteAsync("**/notice/quick?*", route =>
        {
            _asked.Enqueue(route.Request.Method);
            var answer = _answer;
            return answer.Code is 0
                ? route.AbortAsync()
                : route.FulfillAsync(new() { Status = answer.Code, ContentType = "application/json", Body = answer.Body });
        });
        await page.GotoAsync("/app/quick/?page");
        await Assertions.Expect(page.Locator("portal-notice")).ToBeAttachedAsync();
        return page;
    }

    /// <summary>What the portal says from now on; the page asks at once, as when it is looked at again.</summary>
    private async Task TellAsync(IPage page, string body, int code = 200)
    {
        _answer = new(code, body);
        var asked = _asked.Count;
        await page.EvaluateAsync("document.dispatchEvent(new Event('visibilitychange'))");
        await Eventually.TrueAsync(() => _asked.Count > asked);
    }

    private static async Task CheckAsync(IPage page)
    {
        var found = await page.Locator("portal-notice aside").RunAxe();

        Assert.True(found.Violations.Length is 0, JsonSerializer.Serialize(found.Violations.Select(violation =>
            $"{violation.Id}: {violation.Help}: {string.Join(", ", violation.Nodes.Select(node => node.Html))}")));
        Assert.NotEmpty(found.Passes);
        var overflow = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth");
        Assert.True(overflow <= 0, $"The page is {overflow} px wider than the window.");
    }

    /// <summary>What the portal says; nothing at all for a code of 0.</summary>
    private sealed record Answer(int Code, string Body);
}
