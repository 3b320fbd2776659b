using Microsoft.Playwright;
using Portal.Tests.Doubles;
using Portal.Tests.Tls;
using Portal.Web;
using Xunit;

namespace Portal.Tests.Browser;

/// <summary>A person at work in a real Streamlit by HTTPS, where browsers speak HTTP/2, its WebSockets too (RFC 8441).</summary>
public sealed class TlsInBrowserTests(Chromium chromium) : BrowserTests(chromium)
{
    private PortalUnderTest? _portal;

    internal override PortalUnderTest Portal => _portal ?? throw new InvalidOperationException("The portal is not started.");

    public override async ValueTask InitializeAsync() => _portal = await TlsPortal.StartAsync(portal => portal.Apps =
    [
        new("sample")
        {
            Script = Path.Combine(PortalPaths.Root, "apps", "feature-manager", "main.py"),
            Python = StreamlitVersion.PythonOf(StreamlitVersion.Current),
        },
    ]);

    [Fact]
    public async Task An_app_works_over_HTTP_2()
    {
        await using var relay = new Relay(PortalUnderTest.User, Portal.TlsPort);
        var page = await BrowseAtAsync($"https://127.0.0.1:{new Uri(relay.Url).Port}", new() { IgnoreHTTPSErrors = true });
        await page.GotoAsync("/app/sample/");

        await page.GetByLabel("Filter features").FillAsync("MIMO");
        await page.Keyboard.PressAsync("Enter");

        await Assertions.Expect(page.GetByText("Massive MIMO").First).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("Network Slicing")).Not.ToBeVisibleAsync();
        Assert.Equal("h2", await page.EvaluateAsync<string>("performance.getEntriesByType('navigation')[0].nextHopProtocol"));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_portal is not null)
            await _portal.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
