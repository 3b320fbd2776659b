using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using Portal.Tests.Doubles;
using Portal.Web;
using Xunit;

namespace Portal.Tests.Proxy;

/// <summary>The sample app on a real Streamlit, as eng/streamlit provides it.</summary>
public sealed class RealStreamlitTests
{
    private static readonly string Python = Path.Combine(PortalPaths.Root, ".tools", "streamlit", "bin", "python");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Its_page_its_health_and_its_web_socket_work_through_the_portal()
    {
        Assert.SkipUnless(File.Exists(Python), "Run eng/streamlit first.");
        await using var portal = await PortalUnderTest.StartAsync(test =>
        {
            test.Apps = [new StubApp("sample") { Python = Python, Script = Path.Combine(PortalPaths.Root, "apps/feature-manager/main.py") }];
            test.Settings["Portal:Launch:GracePeriod"] = "00:01:00";
            test.Settings["Portal:Launch:StartTimeout"] = "00:01:00";
            test.Settings["Portal:Launch:StopTimeout"] = "00:00:05";
        });
        var client = portal.ClientFrom(PortalUnderTest.User);
        client.Timeout = TimeSpan.FromMinutes(1);

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

    private static Uri Address(string path) => new("/app/sample/" + path, UriKind.Relative);

    private static Task<ClientWebSocket> OpenAsync(PortalUnderTest portal, string origin) =>
        portal.WebSocketFrom(PortalUnderTest.User, "/app/sample/_stcore/stream", options =>
        {
            options.SetRequestHeader("Origin", origin);
            options.AddSubProtocol("streamlit");
            options.AddSubProtocol("PLACEHOLDER_AUTH_TOKEN");
        });
}
