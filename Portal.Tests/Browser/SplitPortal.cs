using Portal.Tests.Doubles;
using Portal.Web;
using Xunit;

namespace Portal.Tests.Browser;

/// <summary>
/// A portal whose apps have an origin of their own, by plain HTTP and names that are not localhost, where browsers send no
/// <c>Sec-Fetch-*</c>. The app <c>sample</c> is a real Streamlit, <c>slow</c> never starts.
/// </summary>
public sealed class SplitPortal : IAsyncLifetime
{
    private PortalUnderTest? _portal;
    private Relay? _relay;

    internal PortalUnderTest Portal => _portal ?? throw new InvalidOperationException("The fixture has not been started.");

    internal string Home { get; private set; } = "";

    internal string Apps { get; private set; } = "";

    public async ValueTask InitializeAsync() => _portal = await PortalUnderTest.StartAsync(portal =>
    {
        // Both origins have to be known before the portal listens; only ten ports of the block are for instances.
        var port = portal.Ground.Ports.First + 15;
        _relay = new Relay(PortalUnderTest.Admin, port);
        var suffix = $"{Chromium.AnyName}:{new Uri(_relay.Url).Port}";
        (Home, Apps) = ($"http://portal{suffix}", $"http://apps{suffix}");
        portal.Urls = $"http://127.0.0.1:{port}";
        portal.Settings["Portal:Url"] = Home;
        portal.Settings["Portal:AppsUrl"] = Apps;
        portal.Settings["Portal:Launch:GracePeriod"] = "00:00:00.3";
        portal.Settings["Portal:Launch:StartTimeout"] = "00:05:00";
        portal.Apps =
        [
            new("sample")
            {
                Script = Path.Combine(PortalPaths.Root, "apps", "feature-manager", "main.py"),
                Python = StreamlitVersion.PythonOf(StreamlitVersion.Current),
            },
            new("slow")
            {
                Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["STUB_GATE"] = portal.Ground.PathOf("never") },
            },
        ];
    });

    public async ValueTask DisposeAsync()
    {
        if (_relay is not null)
            await _relay.DisposeAsync();
        if (_portal is not null)
            await _portal.DisposeAsync();
    }
}
