using Portal.Tests.Doubles;
using Xunit;

namespace Portal.Tests.Browser;

/// <summary>A portal with the same page on each Streamlit that there is.</summary>
public sealed class LayoutPortal : IAsyncLifetime
{
    private PortalUnderTest? _portal;

    internal PortalUnderTest Portal => _portal ?? throw new InvalidOperationException("The fixture has not been started.");

    public async ValueTask InitializeAsync()
    {
        Assert.NotEmpty(Streamlits.All);
        _portal = await PortalUnderTest.StartAsync(portal => portal.Apps =
        [
            .. Streamlits.All.Select(name => new StubApp(Streamlits.SlugOf(name))
            {
                Script = Path.Combine(TestGround.Doubles, "layout", "main.py"),
                Python = Streamlits.PythonOf(name),
            }),
        ]);
    }

    public async ValueTask DisposeAsync()
    {
        if (_portal is not null)
            await _portal.DisposeAsync();
    }
}
