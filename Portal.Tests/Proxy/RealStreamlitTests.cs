using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using Portal.Tests.Doubles;
using Portal.Web;
using Xunit;

namespace Portal.Tests.Proxy;

/// <summary>The sample app on both real Streamlits, in both ways to start it: launch, proxy and adoption.</summary>
public sealed class RealStreamlitTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Ways { get; } = new()
    {
        { StreamlitVersion.Current, "Direct" },
        { StreamlitVersion.Current, "Prefork" },
        { StreamlitVersion.Older, "Direct" },
        { StreamlitVersion.Older, "Prefork" },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Its_page_its_health_and_its_web_socket_work_through_the_portal(string version, string mode)
    {
        await using var portal = await StartAsync(version, mode);
        var client = portal.ClientFrom(PortalUnderTest.User);
        client.Timeout = TimeSpan.FromMinutes(3);

        using var page = await client.GetAsync(Address(""), Cancelled);
        using var health = await client.GetAsync(Address("_stcore/health"), Cancelled);
        var hostConfig = await client.GetFromJsonAsync<JsonElement>(Address("_stcore/host-config"), Cancelled);

        Assert.Equal((HttpStatusCode.OK, "text/html"), (page.StatusCode, page.Content.Headers.ContentType?.MediaType));
        Assert.Equal((HttpStatusCode.OK, "ok"), (health.StatusCode, await health.Content.ReadAsStringAsync(Cancelled)));
        Assert.Equal(JsonValueKind.Object, hostConfig.ValueKind);

        var socket = await OpenAsync(portal, $"http://127.0.0.1:{portal.Port}");
        Assert.Equal((WebSocketState.Open, "streamlit"), (socket.State, socket.SubProtocol));

        // A session begins when the page says what it shows: BackMsg { rerun_script { query_string: "" } }.
        await socket.SendAsync(new byte[] { 0x5A, 0x02, 0x0A, 0x00 }, WebSocketMessageType.Binary, true, Cancelled);
        var message = await socket.ReceiveAsync(new byte[1 << 16], Cancelled);
        Assert.Equal(WebSocketMessageType.Binary, message.MessageType);

        await Assert.ThrowsAsync<WebSocketException>(() => OpenAsync(portal, "http://evil.example"));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task It_goes_on_as_the_same_process_after_a_restart_of_the_portal(string version, string mode)
    {
        await using var portal = await StartAsync(version, mode);
        await VisitAsync(portal);
        var before = Assert.Single(portal.InstancesOf(PortalUnderTest.User)).ProcessId;

        await portal.RestartAsync();
        await VisitAsync(portal);

        Assert.Equal(before, Assert.Single(portal.InstancesOf(PortalUnderTest.User)).ProcessId);
    }

    private static async Task VisitAsync(PortalUnderTest portal)
    {
        var client = portal.ClientFrom(PortalUnderTest.User);
        client.Timeout = TimeSpan.FromMinutes(3);
        Assert.Equal("ok", await client.GetStringAsync(Address("_stcore/health"), Cancelled));
    }

    private static Task<PortalUnderTest> StartAsync(string version, string mode) => PortalUnderTest.StartAsync(test =>
    {
        var script = Path.Combine(PortalPaths.Root, "apps/feature-manager/main.py");
        test.Apps = [new StubApp("sample") { Python = StreamlitVersion.PythonOf(version), Script = script }];
        test.Settings["Portal:Launch:Mode"] = mode;
        test.Settings["Portal:Launch:KeepInstances"] = "true";
        test.Settings["Portal:Launch:GracePeriod"] = "00:01:00";
        test.Settings["Portal:Launch:StartTimeout"] = "00:03:00";
        test.Settings["Portal:Launch:StopTimeout"] = "00:00:05";
    });

    private static Uri Address(string path) => new("/app/sample/" + path, UriKind.Relative);

    private static Task<ClientWebSocket> OpenAsync(PortalUnderTest portal, string origin) =>
        portal.WebSocketFrom(PortalUnderTest.User, "/app/sample/_stcore/stream", options =>
        {
            options.SetRequestHeader("Origin", origin);
            options.AddSubProtocol("streamlit");
            options.AddSubProtocol("PLACEHOLDER_AUTH_TOKEN");
        });
}
