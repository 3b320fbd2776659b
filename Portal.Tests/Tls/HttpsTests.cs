using System.Net;
using System.Net.WebSockets;
using System.Text;
using Portal.Tests.Doubles;
using Xunit;

namespace Portal.Tests.Tls;

/// <summary>What is answered by HTTPS, and where plain HTTP leads beside it.</summary>
public sealed class HttpsTests(TlsPortal fixture) : IClassFixture<TlsPortal>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task An_app_is_reached_and_told_that_it_is_by_HTTPS(string version)
    {
        using var invoker = TlsPortal.InvokerFrom(fixture.Portal, PortalUnderTest.User);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://127.0.0.1:{fixture.Portal.TlsPort}/app/stub/echo")
        {
            Version = Version.Parse(version),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        using var answer = await invoker.SendAsync(request, Cancelled);

        var headers = await answer.HeadersToldAsync();
        Assert.Equal((version, "https", PortalUnderTest.User), (answer.Version.ToString(), headers["X-Forwarded-Proto"], headers["X-Portal-Client"]));
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_socket_works_over_either_version(string version)
    {
        using var invoker = TlsPortal.InvokerFrom(fixture.Portal, PortalUnderTest.User);
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = Version.Parse(version);
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        socket.Options.SetRequestHeader("Origin", $"https://127.0.0.1:{fixture.Portal.TlsPort}");
        await socket.ConnectAsync(new Uri($"wss://127.0.0.1:{fixture.Portal.TlsPort}/app/stub/ws"), invoker, Cancelled);

        await socket.SendAsync(Encoding.UTF8.GetBytes("안녕"), WebSocketMessageType.Text, true, Cancelled);
        var buffer = new byte[100];
        var received = await socket.ReceiveAsync(buffer, Cancelled);

        Assert.Equal("안녕", Encoding.UTF8.GetString(buffer.AsSpan(0, received.Count)));
    }

    [Theory]
    [InlineData("1.1", "https://evil.net")]
    [InlineData("2.0", "https://evil.net")]
    public async Task A_socket_of_another_site_is_refused_over_either_version(string version, string origin)
    {
        using var invoker = TlsPortal.InvokerFrom(fixture.Portal, PortalUnderTest.User);
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = Version.Parse(version);
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.SetRequestHeader("Origin", origin);

        await Assert.ThrowsAsync<WebSocketException>(
            () => socket.ConnectAsync(new Uri($"wss://127.0.0.1:{fixture.Portal.TlsPort}/app/stub/ws"), invoker, Cancelled));

        Assert.Equal(HttpStatusCode.Forbidden, socket.HttpStatusCode);
    }

    [Theory]
    [InlineData(PortalUnderTest.User, "GET", "/", 308)]
    [InlineData(PortalUnderTest.User, "GET", "/app/stub/a%2Fb?c=%20d", 308)]
    [InlineData(PortalUnderTest.User, "HEAD", "/css/site.css", 308)]
    [InlineData(PortalUnderTest.Stranger, "GET", "/unauthorized/", 308)]
    [InlineData(PortalUnderTest.User, "POST", "/app/stub/upload", 403)]
    [InlineData(PortalUnderTest.User, "GET", "/app/stub/ws", 403, "Connection", "Upgrade", "Upgrade", "websocket")]
    [InlineData(PortalUnderTest.User, "GET", "/", 421, "Host", "evil.net")]
    [InlineData(PortalUnderTest.Stranger, "GET", "/healthz", 200)]
    [InlineData(PortalUnderTest.User, "GET", "/metrics", 200)]
    public async Task By_plain_HTTP_people_are_sent_on_and_the_rest_is_refused(string client, string method, string path, int status, params string[] headers)
    {
        using var answer = await AskAsync(fixture.Portal, client, method, path, headers);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(status is 308 ? $"https://127.0.0.1:{fixture.Portal.TlsPort}{path}" : null, answer.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task Where_the_portal_says_where_it_is_the_way_leads_there()
    {
        await using var portal = await TlsPortal.StartAsync(portal => portal.Settings["Portal:Url"] = "https://portal.test:8443");

        using var answer = await AskAsync(portal, PortalUnderTest.User, "GET", "/admin/", "Host", "portal.test:8000");

        Assert.Equal("https://portal.test:8443/admin/", answer.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task A_trusted_proxy_and_who_switched_it_off_are_left_alone()
    {
        const string Proxy = "127.0.0.10";
        await using var behind = await TlsPortal.StartAsync(portal => portal.Settings["Portal:Access:TrustedProxies:0"] = Proxy);
        await using var off = await TlsPortal.StartAsync(portal => portal.Settings["Portal:RedirectToHttps"] = "false");

        using var forwarded = await AskAsync(behind, Proxy, "GET", "/app/stub/echo", "X-Forwarded-For", PortalUnderTest.User, "X-Forwarded-Proto", "http");
        using var direct = await AskAsync(behind, PortalUnderTest.User, "GET", "/app/stub/echo", "X-Forwarded-Proto", "https");
        using var plain = await AskAsync(off, PortalUnderTest.User, "GET", "/app/stub/echo");

        Assert.Equal(
            (HttpStatusCode.OK, HttpStatusCode.PermanentRedirect, HttpStatusCode.OK), (forwarded.StatusCode, direct.StatusCode, plain.StatusCode));
    }

    [Theory]
    [InlineData("portal.test", true)]
    [InlineData("portal.test:443", true)]
    [InlineData("portal.test:8443", false)]
    public async Task Browsers_are_told_to_insist_on_it_where_that_bars_no_other_port(string host, bool isTold)
    {
        using var invoker = TlsPortal.InvokerFrom(fixture.Portal, PortalUnderTest.User);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://127.0.0.1:{fixture.Portal.TlsPort}/") { Headers = { Host = host } };

        using var answer = await invoker.SendAsync(request, Cancelled);

        Assert.Equal(isTold, answer.Headers.Contains("Strict-Transport-Security"));
    }

    private static async Task<HttpResponseMessage> AskAsync(PortalUnderTest portal, string client, string method, string path, params string[] headers)
    {
        using var request = new HttpRequestMessage(
            new HttpMethod(method), new Uri($"http://127.0.0.1:{portal.Port}{path}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (method is "POST")
            request.Content = new StringContent("x");
        foreach (var header in headers.Chunk(2))
            request.Headers.TryAddWithoutValidation(header[0], header[1]);
        return await portal.ClientFrom(client).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
    }
}
