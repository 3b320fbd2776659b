using System.Globalization;
using Microsoft.Playwright;
using Portal.Data;
using Portal.Tests.Doubles;
using Portal.Web.Launch;
using Portal.Web.Launch.Processes;
using Portal.Web.Proxy;
using Xunit;

namespace Portal.Tests.Browser;

/// <summary>Each way in which an app ends is told by every tab that has it open, on a real Streamlit.</summary>
public abstract class EndsInBrowserTests(Chromium chromium, string version) : BrowserTests(chromium)
{
    private const string Client = "127.0.14.1";
    private const string Restarted = "The app was restarted.";

    private static readonly Actor Tester = new("test");

    private readonly PortalUnderTest _portal = new();

    internal override PortalUnderTest Portal => _portal;

    private Supervisor Supervisor => Portal.Service<Supervisor>();

    private InstanceKey Key => Assert.Single(Portal.InstancesOf(Client)).Key;

    public override ValueTask InitializeAsync()
    {
        _portal.Apps =
        [
            new StubApp("layout")
            {
                Script = Path.Combine(TestGround.Doubles, "layout", "main.py"),
                Python = StreamlitVersion.PythonOf(version),
            },
        ];
        _portal.Urls = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_portal.Ground.Ports.Registered}");
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Its_own_client_stops_it()
    {
        var tabs = await OpenTabsAsync();
        var home = await tabs[0].Context.NewPageAsync();
        await home.GotoAsync("/");

        await home.GetByRole(AriaRole.Button, new() { Name = "Stop" }).First.ClickAsync();
        await home.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Stop" }).ClickAsync();

        await AllSayAsync(tabs, "The app was stopped.");
        await tabs[0].GetByRole(AriaRole.Link, new() { Name = "Start again" }).ClickAsync();
        await Assertions.Expect(tabs[0].GetByText("Last line")).ToBeAttachedAsync();
    }

    [Fact]
    public async Task An_admin_stops_it()
    {
        var tabs = await OpenTabsAsync();
        var admin = await BrowseFromAsync(PortalUnderTest.Admin);
        await admin.GotoAsync("/admin/running");
        var row = admin.GetByRole(AriaRole.Row).Filter(new() { HasText = Client });

        await row.GetByRole(AriaRole.Button, new() { Name = "Stop" }).First.ClickAsync();
        await admin.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Stop" }).ClickAsync();

        await AllSayAsync(tabs, "An administrator has stopped this app.");
    }

    [Fact]
    public async Task An_admin_stops_it_for_all()
    {
        var tabs = await OpenTabsAsync();

        await Portal.Service<AppClosing>().CloseAsync(null, "Maintenance", new(System.Net.IPAddress.Loopback, 1, Role.Admin, "Kim", null));

        await AllSayAsync(tabs, "Maintenance");
    }

    [Fact]
    public async Task An_admin_restarts_it()
    {
        var tabs = await OpenTabsAsync();

        Assert.True(await Supervisor.RestartAsync(Key, "the test says so"));

        await AllSayAsync(tabs, Restarted);
        await Assertions.Expect(tabs[0]).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/app/layout/$"));
    }

    [Fact]
    public async Task Nobody_uses_it()
    {
        var tabs = await OpenTabsAsync();

        Supervisor.StopIdle(Supervisor.Instances.Single(), "the test says so");

        await AllSayAsync(tabs, "The app was stopped because nobody used it for a while.");
    }

    [Fact]
    public async Task It_takes_too_much_memory()
    {
        Portal.Settings["Portal:Launch:MemoryHardLimit"] = (20 * 1024 * 1024).ToString(CultureInfo.InvariantCulture);

        var tabs = await OpenTabsAsync(isShort: true);

        await AllSayAsync(tabs, "used more memory than one app may use here");
    }

    [Fact]
    public async Task It_crashes_once()
    {
        var tabs = await OpenTabsAsync();

        Kill();

        await AllSayAsync(tabs, Restarted); // by the page of Streamlit, which asks for it
    }

    [Fact]
    public async Task It_crashes_again()
    {
        var tabs = await OpenTabsAsync();
        Kill();
        await AllSayAsync(tabs, Restarted);

        Kill();

        await AllSayAsync(tabs, "The app crashed several times in a row.");
    }

    [Fact]
    public async Task Its_client_loses_access()
    {
        var tabs = await OpenTabsAsync();
        var row = await RowAsync();

        await Portal.Service<RegisteredIpStore>().SetEnabledAsync(row.Id, row.Version, false, Tester, Cancelled);

        await AllSayAsync(tabs, "Your access has just ended");
    }

    [Fact]
    public async Task Its_client_is_moved_to_another_role()
    {
        var tabs = await OpenTabsAsync();
        var row = await RowAsync();

        await Portal.Service<RegisteredIpStore>().UpdateAsync(row.Id, row.Version, new(Client, Role.Admin), Tester, Cancelled);

        await AllSayAsync(tabs, "Your registration was changed, so this app was stopped.");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_portal_is_restarted(bool keepsInstances)
    {
        Portal.Settings["Portal:Launch:KeepInstances"] = keepsInstances.ToString();
        var tabs = await OpenTabsAsync();

        await Portal.RestartAsync();

        if (!keepsInstances)
        {
            await AllSayAsync(tabs, Restarted);
            return;
        }

        foreach (var tab in tabs)
        {
            await tab.GetByRole(AriaRole.Button, new() { Name = "Last button" }).ClickAsync();
            await Assertions.Expect(tab.GetByText("presses: 1")).ToBeAttachedAsync();
            await Assertions.Expect(tab.GetByText(Restarted)).Not.ToBeVisibleAsync();
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _portal.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private static Task AllSayAsync(IReadOnlyList<IPage> tabs, string words) =>
        Task.WhenAll(tabs.Select(tab => Assertions.Expect(tab.GetByText(words).First).ToBeVisibleAsync()));

    private async Task<IReadOnlyList<IPage>> OpenTabsAsync(bool isShort = false)
    {
        await _portal.InitializeAsync();
        await Portal.AddAsync(new RegisteredIpDraft(Client, Role.User));
        var first = await BrowseFromAsync(Client);
        IPage[] tabs = [first, await first.Context.NewPageAsync()];
        foreach (var tab in tabs)
        {
            await tab.GotoAsync("/app/layout/", new() { WaitUntil = WaitUntilState.Commit }); // the lines below wait for the rest
            if (isShort)
                continue;
            await Assertions.Expect(tab.GetByText("Last line")).ToBeAttachedAsync();
            await Assertions.Expect(tab.Locator("portal-notice")).ToBeAttachedAsync();
        }

        return tabs;
    }

    private async Task<RegisteredIp> RowAsync() =>
        (await Portal.Service<RegisteredIpStore>().AllAsync(Cancelled)).Single(row => row.Network.ToString().StartsWith(Client, StringComparison.Ordinal));

    private void Kill() => Posix.Signal(Assert.IsType<int>(Assert.Single(Portal.InstancesOf(Client)).ProcessId), Posix.SigKill);
}
