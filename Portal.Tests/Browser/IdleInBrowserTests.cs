using Microsoft.Playwright;
using Portal.Data;
using Portal.Tests.Doubles;
using Xunit;

namespace Portal.Tests.Browser;

/// <summary>A person who is away from a real Streamlit for longer than it is kept.</summary>
public sealed class IdleInBrowserTests(Chromium chromium) : BrowserTests(chromium)
{
    private const string Address = "127.0.9.1";

    private readonly PortalUnderTest _portal = new();

    internal override PortalUnderTest Portal => _portal;

    public override async ValueTask InitializeAsync()
    {
        _portal.Apps = [];
        _portal.Settings["Portal:Launch:Python"] = StreamlitVersion.PythonOf(StreamlitVersion.Current);
        _portal.Settings["Portal:Launch:StartTimeout"] = "00:01:00";
        _portal.Settings["Portal:Launch:IdleTimeout"] = "00:00:14";
        await _portal.InitializeAsync();
    }

    [Fact]
    public async Task Who_is_asked_can_go_on_and_who_does_not_answer_can_start_again()
    {
        await Portal.AddAsync(new RegisteredIpDraft(Address, Role.User));
        var page = await BrowseFromAsync(Address);
        await page.GotoAsync("/app/feature-manager/");
        await CountAsync(page, 1);
        var process = Process();

        await page.GetByRole(AriaRole.Button, new() { Name = "Keep working" }).ClickAsync();
        await Assertions.Expect(Notice(page)).Not.ToBeVisibleAsync();
        await CountAsync(page, 2);
        Assert.Equal(process, Process());

        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Keep working" })).ToBeVisibleAsync();
        await Assertions.Expect(Notice(page)).ToContainTextAsync("The app was stopped because nobody used it for a while.");
        await Eventually.TrueAsync(() => Portal.InstancesOf(Address).Count is 0);

        await page.GetByRole(AriaRole.Button, new() { Name = "Start again" }).ClickAsync();
        await CountAsync(page, 1);
        await Assertions.Expect(Notice(page)).Not.ToBeVisibleAsync();
        Assert.NotEqual(process, Process());
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _portal.DisposeAsync();
    }

    private static ILocator Notice(IPage page) => page.Locator("portal-notice section");

    private int? Process() => Assert.Single(Portal.InstancesOf(Address)).ProcessId;

    private static async Task CountAsync(IPage page, int expected)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Re-check alarms" }).ClickAsync();
        await Assertions.Expect(page.GetByText($"Alarm checks: {expected}")).ToBeVisibleAsync();
    }
}
