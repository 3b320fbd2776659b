using Portal.Web;
using Xunit;

namespace Portal.Tests.Browser;

/// <summary>The portal as it is shipped: the sample app, on the real Streamlit that eng/streamlit provides.</summary>
public sealed class SamplePortal : IAsyncLifetime
{
    private PortalUnderTest? _portal;

    internal PortalUnderTest Portal => _portal ?? throw new InvalidOperationException("The fixture has not been started.");

    public async ValueTask InitializeAsync()
    {
        var python = Path.Combine(PortalPaths.Root, ".tools", "streamlit", "bin", "python");
        Assert.True(File.Exists(python), $"{python} is missing; eng/streamlit makes it.");
        _portal = await PortalUnderTest.StartAsync(portal =>
        {
            portal.Apps = [];
            portal.Settings["Portal:Launch:Python"] = python;
            portal.Settings["Portal:Launch:Mode"] = "Auto";
            portal.Settings["Portal:Launch:GracePeriod"] = "00:00:01";
            portal.Settings["Portal:Launch:StartTimeout"] = "00:01:00";
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_portal is not null)
            await _portal.DisposeAsync();
    }
}
