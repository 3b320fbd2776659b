using Xunit;

namespace Portal.Tests.Browser;

/// <summary>A portal whose apps start when a test says so, or not at all.</summary>
public sealed class StubPortal : IAsyncLifetime
{
    private PortalUnderTest? _portal;

    internal PortalUnderTest Portal => _portal ?? throw new InvalidOperationException("The fixture has not been started.");

    /// <summary>The app <c>slow</c> answers once this file is there.</summary>
    internal string Gate => Portal.Ground.PathOf("gate");

    /// <summary>The app <c>broken</c> ends while this file is there.</summary>
    internal string Fault => Portal.Ground.PathOf("fault");

    public async ValueTask InitializeAsync() => _portal = await PortalUnderTest.StartAsync(portal =>
    {
        portal.Apps =
        [
            new("quick"),
            new("slow") { Environment = Variable("STUB_GATE", portal.Ground.PathOf("gate")) },
            new("broken") { Environment = Variable("STUB_BROKEN", portal.Ground.PathOf("fault")) },
        ];
        portal.Settings["Portal:Launch:GracePeriod"] = "00:00:00.3";
        portal.Settings["Portal:Launch:HealthInterval"] = "00:00:02";
        portal.Settings["Portal:Launch:StartTimeout"] = "00:05:00";
    });

    public async ValueTask DisposeAsync()
    {
        if (_portal is not null)
            await _portal.DisposeAsync();
    }

    private static Dictionary<string, string> Variable(string name, string value) =>
        new(StringComparer.Ordinal) { [name] = value };
}
