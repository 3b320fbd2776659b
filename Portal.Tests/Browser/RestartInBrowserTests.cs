using System.Globalization;
using Microsoft.Playwright;
using Portal.Data;
using Portal.Tests.Doubles;
using Xunit;

namespace Portal.Tests.Browser;

/// <summary>People keep what they have typed while the portal is restarted under them.</summary>
public abstract class RestartInBrowserTests(Chromium chromium, string version) : BrowserTests(chromium)
{
    private readonly PortalUnderTest _portal = new();

    internal override PortalUnderTest Portal => _portal;

    public override async ValueTask InitializeAsync()
    {
        _portal.Apps = [];
        _portal.Urls = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_portal.Ground.Ports.Registered}");
        _portal.Settings["Portal:Launch:Python"] = StreamlitVersion.PythonOf(version);
        _portal.Settings["Portal:Launch:KeepInstances"] = "true";
        _portal.Settings["Portal:Launch:Mode"] = "Prefork";
        _portal.Settings["Portal:Launch:StartTimeout"] = "00:01:00";
        await _portal.InitializeAsync();
    }

    [Fact]
    public async Task State_survives_a_restart_of_the_portal()
    {
        await Portal.AddAsync(new RegisteredIpDraft("127.0.4.1", Role.User));
        var page = await BrowseFromAsync("127.0.4.1");
        await page.GotoAsync("/app/feature-manager/");
        await CountAsync(page, 1);
        await CountAsync(page, 2);
        var before = Assert.Single(Portal.InstancesOf("127.0.4.1")).ProcessId;

        await Portal.RestartAsync();

        await CountAsync(page, 3);
        Assert.Equal(before, Assert.Single(Portal.InstancesOf("127.0.4.1")).ProcessId);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _portal.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private static async Task CountAsync(IPage page, int expected)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Re-check alarms" }).ClickAsync();
        await Assertions.Expect(page.GetByText($"Alarm checks: {expected}")).ToBeVisibleAsync();
    }
}
