using Portal.Tests.Doubles;
using Xunit;

namespace Portal.Tests.Browser;

/// <summary>The portal with the sample app, on a real Streamlit that eng/streamlit provides.</summary>
public abstract class SamplePortalBase(string version) : IAsyncLifetime
{
    private PortalUnderTest? _portal;

    internal PortalUnderTest Portal => _portal ?? throw new InvalidOperationException("The fixture has not been started.");

    public async ValueTask InitializeAsync()
    {
        var python = StreamlitVersion.PythonOf(version);
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
        GC.SuppressFinalize(this);
    }
}
