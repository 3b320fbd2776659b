using Portal.Tests.Doubles;
using Xunit;

namespace Portal.Tests.Browser;

/// <summary>Runs a portal with the same page on each Streamlit version.</summary>
public sealed class LayoutPortal : IAsyncLifetime
{
    private PortalUnderTest? _portal;

    internal PortalUnderTest Portal => _portal ?? throw new InvalidOperationException("The fixture has not been started.");

    public async ValueTask InitializeAsync()
    {
        _portal = await PortalUnderTest.StartAsync(portal => portal.Apps =
        [
            .. StreamlitVersion.All.Select(version => new StubApp(StreamlitVersion.SlugOf(version))
            {
                Script = Path.Combine(TestGround.Doubles, "layout", "main.py"),
                Python = StreamlitVersion.PythonOf(version),
            }),
        ]);
    }

    public async ValueTask DisposeAsync()
    {
        if (_portal is not null)
            await _portal.DisposeAsync();
    }
}
