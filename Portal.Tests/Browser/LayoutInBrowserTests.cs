using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Portal.Data;
using Portal.Tests.Doubles;
using Xunit;
using static Portal.Tests.Browser.Cover;

namespace Portal.Tests.Browser;

/// <summary>The portal's tab and card take nothing of a Streamlit page: what is there can be seen and used.</summary>
public sealed class LayoutInBrowserTests(Chromium chromium, LayoutPortal layout)
    : BrowserTests(chromium), IClassFixture<LayoutPortal>
{
    private const string Announced = "Maintenance at six, for ten minutes. Please save what you work on before that.";

    private const int Height = 700;
    private const int Desk = 1280;
    private const int Phone = 360;

    public static TheoryData<string, int> VersionsAndWidths => new()
    {
        { StreamlitVersion.Current, Desk },
        { StreamlitVersion.Current, Phone },
        { StreamlitVersion.Older, Desk },
        { StreamlitVersion.Older, Phone },
    };

    internal override PortalUnderTest Portal => layout.Portal;

    [Theory]
    [MemberData(nameof(VersionsAndWidths))]
    public async Task Nothing_of_the_page_is_covered_or_cut(string version, int width)
    {
        var page = await OpenAsync(version, width);
        var tab = await BoxAsync(Tab(page));

        // The last line and the last button lie above the chat input, which is in the window as a whole.
        var chat = page.GetByPlaceholder("Say something");
        var input = await BoxAsync(chat);
        Assert.True(input.Y + input.Height <= Height, $"The chat input ends at {input.Y + input.Height}.");
        await IsUncoveredAsync(chat);
        await page.GetByRole(AriaRole.Button, new() { Name = "Last button" }).ClickAsync();
        var last = page.GetByText("Last line, presses: 1");
        await last.ScrollIntoViewIfNeededAsync();
        await IsUncoveredAsync(last);
        var line = await BoxAsync(last);
        var isFree = line.X >= tab.X + tab.Width && line.Y + line.Height <= input.Y;
        Assert.True(isFree, $"The last line is at {line.X}, {line.Y}.");
        await chat.FillAsync("hello");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByText("Said: hello")).ToBeVisibleAsync();

        // Streamlit's menu, and the sidebar with its toggle, its first and its last line.
        await IsUncoveredAsync(page.Locator("#MainMenu button, [data-testid=stMainMenu] button").First);
        if (width is Phone)
        {
            await IsUncoveredAsync(Toggle(page));
            await Toggle(page).ClickAsync();
        }

        var end = page.GetByRole(AriaRole.Button, new() { Name = "Sidebar end" });
        await end.ScrollIntoViewIfNeededAsync();
        await IsUncoveredAsync(end);
        Assert.True((await BoxAsync(end)).X >= tab.X + tab.Width);
        await page.Locator("[data-testid=stSidebar]").HoverAsync();
        var collapse = page.Locator(
            "[data-testid=stSidebar] button[kind^=header], [data-testid=stSidebarCollapseButton] button").First;
        await collapse.ScrollIntoViewIfNeededAsync(); // it lies in what was scrolled
        await IsUncoveredAsync(collapse);
    }

    [Theory]
    [MemberData(nameof(VersionsAndWidths))]
    public async Task A_page_can_be_scrolled_to_its_very_end(string version, int width)
    {
        var page = await OpenAsync(version, width, "?plain=true");
        await page.Mouse.MoveAsync(width / 2, Height / 2);

        // A person scrolls what can be scrolled. A script could scroll into sight what they never see.
        await Eventually.TrueAsync(async () =>
        {
            await page.Mouse.WheelAsync(0, 10_000);
            return await page.EvaluateAsync<bool>(
                """
                () => {
                  const box = document.querySelector('[data-testid=stMain], section.main');
                  return box.scrollTop > 0 && box.scrollTop + box.clientHeight >= box.scrollHeight - 1;
                }
                """);
        });

        var end = await page.EvaluateAsync<double>(
            "document.querySelector('[data-testid=stMain], section.main').getBoundingClientRect().bottom");
        Assert.True(end <= Height, $"The page ends at {end}, the window at {Height}.");
        await IsUncoveredAsync(page.GetByText("Last line"));
    }

    [Theory]
    [MemberData(nameof(VersionsAndWidths))]
    public async Task The_page_is_laid_out_as_without_the_portal(string version, int width)
    {
        var page = await OpenAsync(version, width);
        await page.EvaluateAsync("document.fonts.ready");

        string[] found = [];
        await Eventually.TrueAsync(async () => (found = await page.EvaluateAsync<string[]>(
            """
            async () => {
              const boxes = () => JSON.stringify([...document.querySelectorAll('#root *')]
                .map(one => one.getBoundingClientRect()).map(box => [box.x, box.y, box.width, box.height]));
              const drawn = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
              const notice = document.querySelector('portal-notice');
              const before = boxes();
              notice.remove();
              await drawn();
              const without = boxes();
              document.body.prepend(notice);
              await drawn();
              return [before, without, boxes()];
            }
            """)) is [var before, _, var after]
            && string.Equals(before, after, StringComparison.Ordinal)); // Streamlit has drawn all there is

        Assert.Equal(found[1], found[0]);
    }

    [Theory]
    [MemberData(nameof(VersionsAndWidths))]
    public async Task An_announcement_covers_no_control_and_stays_away_once_dismissed(string version, int width)
    {
        var announcements = Portal.Service<AnnouncementStore>();
        var change = await announcements.AddAsync(
            new(Announced, "6시 점검", AnnouncementLevel.Warning), new Actor("test"), Cancelled);
        try
        {
            var page = await OpenAsync(version, width);
            var card = page.Locator("portal-notice .card");
            await AskAsync(page, () => Assertions.Expect(card).ToContainTextAsync(Announced, new() { Timeout = 1000 }));
            await Assertions.Expect(card).ToBeVisibleAsync();
            Assert.Empty((await page.Locator("portal-notice aside").RunAxe()).Violations);
            await IsUncoveredAsync(page.Locator("#MainMenu button, [data-testid=stMainMenu] button").First);
            await IsUncoveredAsync(page.GetByPlaceholder("Say something"));
            if (width is Phone)
                await IsUncoveredAsync(Toggle(page));

            await card.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
            await Assertions.Expect(card).Not.ToBeVisibleAsync();
            await page.ReloadAsync();
            await Assertions.Expect(Tab(page)).ToHaveAttributeAsync("data-level", "Warning");
            await Assertions.Expect(card).Not.ToBeVisibleAsync();
            await Tab(page).ClickAsync();
            await Assertions.Expect(card).ToContainTextAsync(Announced);
        }
        finally
        {
            if (change.Row is { } row)
                await announcements.RemoveAsync(row.Id, row.Version, new Actor("test"), Cancelled);
        }
    }

    [Theory]
    [InlineData(StreamlitVersion.Current)]
    [InlineData(StreamlitVersion.Older)]
    public async Task A_fullscreen_element_is_seen_whole_and_can_be_left(string version)
    {
        var page = await OpenAsync(version, Desk);
        var leave = page.Locator(
            "button:is([title='Exit fullscreen'], [aria-label='Close fullscreen'], [aria-label='Exit fullscreen'])")
            .First;
        await page.Locator("img").First.HoverAsync();
        await page.Locator("button[title='View fullscreen'], button[aria-label=Fullscreen]").First
            .EvaluateAsync("button => button.click()");
        await IsUncoveredAsync(leave);
        var (tab, picture) = (await BoxAsync(Tab(page)), await BoxAsync(page.Locator("img").First));
        Assert.True(picture.X >= tab.X + tab.Width, $"The picture begins at {picture.X}.");
        await leave.ClickAsync();
        await Assertions.Expect(page.GetByText("Line 0", new() { Exact = true })).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(StreamlitVersion.Current, Desk)]
    [InlineData(StreamlitVersion.Current, Phone)]
    public async Task A_dialog_is_seen_whole_and_can_be_answered(string version, int width)
    {
        var page = await OpenAsync(version, width);

        await page.GetByRole(AriaRole.Button, new() { Name = "Open dialog" }).ClickAsync();

        var dialog = page.GetByRole(AriaRole.Dialog);
        await Assertions.Expect(dialog.GetByText("In the dialog")).ToBeVisibleAsync();
        var (tab, box) = (await BoxAsync(Tab(page)), await BoxAsync(dialog.GetByText("In the dialog")));
        Assert.True(box.X >= tab.X + tab.Width);
        await IsUncoveredAsync(dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }));
        await IsUncoveredAsync(dialog.GetByRole(AriaRole.Button, new() { Name = "Answer" }));
    }

    [Theory]
    [InlineData(StreamlitVersion.Current)]
    [InlineData(StreamlitVersion.Older)]
    public async Task Nothing_of_the_portal_is_printed_or_shown_in_an_embedded_page(string version)
    {
        var page = await OpenAsync(version, Desk);
        await Tab(page).ClickAsync();
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        await Assertions.Expect(Tab(page)).Not.ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("portal-notice .card")).Not.ToBeVisibleAsync();

        await page.EmulateMediaAsync(new() { Media = Media.Screen });
        await page.GotoAsync($"/app/{StreamlitVersion.SlugOf(version)}/?embed=true");
        await Assertions.Expect(page.GetByText("Last line")).ToBeAttachedAsync();
        Assert.Equal(1, await page.Locator("script[data-ask]").CountAsync());
        Assert.Equal(0, await page.Locator("portal-notice").CountAsync());
    }

    private static ILocator Tab(IPage page) => page.Locator("portal-notice .tab");

    private static ILocator Toggle(IPage page) =>
        page.Locator("[data-testid=collapsedControl] button, [data-testid=stExpandSidebarButton]").First;

    private async Task<IPage> OpenAsync(string version, int width, string query = "")
    {
        var page = await BrowseFromAsync(
            PortalUnderTest.User, new() { ViewportSize = new ViewportSize { Width = width, Height = Height } });
        await page.GotoAsync(
            $"/app/{StreamlitVersion.SlugOf(version)}/{query}", new() { WaitUntil = WaitUntilState.Commit }); // the lines below wait for the rest
        await Assertions.Expect(page.GetByText("Last line")).ToBeAttachedAsync();
        await Assertions.Expect(page.Locator("[data-testid=stStatusWidget]")).ToHaveCountAsync(0);
        await Assertions.Expect(Tab(page)).ToBeVisibleAsync();
        return page;
    }

    private static async Task AskAsync(IPage page, Func<Task> isTold) => await Eventually.TrueAsync(async () =>
    {
        await page.EvaluateAsync("document.dispatchEvent(new Event('visibilitychange'))");
        return await Record.ExceptionAsync(isTold) is null;
    });

    private static async Task<LocatorBoundingBoxResult> BoxAsync(ILocator locator) =>
        Assert.IsType<LocatorBoundingBoxResult>(await locator.BoundingBoxAsync());
}
