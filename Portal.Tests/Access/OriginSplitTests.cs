using System.Net;
using System.Net.WebSockets;
using Xunit;

namespace Portal.Tests.Access;

/// <summary>A portal at one origin and its apps at another: what is answered where, and where people are sent.</summary>
public sealed class OriginSplitTests(OriginSplitTests.Split fixture) : IClassFixture<OriginSplitTests.Split>
{
    private const string Home = "portal.test:8000", Apps = "apps.test:8000";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Apps, "/app/stub/page?page", 200)]
    [InlineData("APPS.TEST:8000", "/app/stub/page?page", 200)]
    [InlineData(Apps, "/launching/stub?url=/app/stub/", 302, "/app/stub/")]
    [InlineData(Apps, "/ended/stub", 200)]
    [InlineData(Apps, "/notice/stub", 200)]
    [InlineData(Apps, "/css/site.css", 200)]
    [InlineData(Apps, "/favicon.svg", 200)]
    [InlineData(Apps, "/js/busy.js", 200)]
    [InlineData(Apps, "/js/launching.js", 200)]
    [InlineData(Apps, "/js/notice.js", 200)]
    [InlineData(Apps, "/healthz", 200)]
    [InlineData(Apps, "/app/", 302, "/")]
    [InlineData(Apps, "/app/none/", 404)]
    [InlineData(Apps, "/", 302, "http://portal.test:8000/")]
    [InlineData(Apps, "/?culture=ko&x=%2F", 302, "http://portal.test:8000/?culture=ko&x=%2F")]
    [InlineData(Apps, "//evil.net/%2F..", 302, "http://portal.test:8000//evil.net/%2F..")]
    [InlineData(Apps, "/@evil.net", 302, "http://portal.test:8000/@evil.net")]
    [InlineData(Apps, "/admin/overview", 302, "http://portal.test:8000/admin/overview")]
    [InlineData(Apps, "/Admin/running/live?language=en", 302, "http://portal.test:8000/Admin/running/live?language=en")]
    [InlineData(Apps, "/status", 302, "http://portal.test:8000/status")]
    [InlineData(Apps, "/metrics", 302, "http://portal.test:8000/metrics")]
    [InlineData(Home, "/", 200)]
    [InlineData(Home, "/admin/overview", 200)]
    [InlineData(Home, "/css/site.css", 200)]
    [InlineData(Home, "/metrics", 200)]
    [InlineData(Home, "/app/stub/a%2Fb/?c=%20d", 302, "http://apps.test:8000/app/stub/a%2Fb/?c=%20d")]
    [InlineData(Home, "/APP/stub/", 302, "http://apps.test:8000/APP/stub/")]
    [InlineData(Home, "/app/", 302, "http://apps.test:8000/app/")]
    [InlineData(Home, "/app", 302, "http://apps.test:8000/app")]
    [InlineData(Home, "/launching/stub", 302, "http://apps.test:8000/launching/stub")]
    [InlineData("127.0.0.1:8000", "/app/stub/", 302, "http://apps.test:8000/app/stub/")]
    [InlineData("apps.test", "/app/stub/", 302, "http://apps.test:8000/app/stub/")]
    [InlineData("apps.test:8001", "/admin/overview", 200)]
    [InlineData("apps.test.:8000", "/app/stub/", 302, "http://apps.test:8000/app/stub/")]
    public async Task A_person_finds_each_page_on_its_side_or_is_sent_there(string host, string path, int status, string? target = null)
    {
        using var answer = await AskAsync(PortalUnderTest.Admin, host, "GET", path, "Accept", "text/html");

        Assert.Equal((status, target), ((int)answer.StatusCode, answer.Headers.Location?.OriginalString));
    }

    [Theory]
    [InlineData(Apps, "GET", "/")]
    [InlineData(Apps, "POST", "/?handler=Stop&app=stub")]
    [InlineData(Apps, "GET", "/admin/overview")]
    [InlineData(Apps, "POST", "/admin/edit", "Accept", "text/html")]
    [InlineData(Apps, "DELETE", "/admin/edit")]
    [InlineData(Apps, "HEAD", "/admin/")]
    [InlineData(Apps, "GET", "/admin/running/live?language=en", "Accept", "text/event-stream")]
    [InlineData(Apps, "GET", "/js/running.js")]
    [InlineData(Apps, "GET", "/lib/uplot/uPlot.esm.js")]
    [InlineData(Apps, "GET", "/_stcore/health")]
    [InlineData(Apps, "GET", "/app/_stcore/health")]
    [InlineData(Home, "GET", "/app/stub/echo")]
    [InlineData(Home, "POST", "/app/stub/upload", "Accept", "text/html")]
    [InlineData(Home, "GET", "/app/stub/ws", "Accept", "text/html", "Connection", "Upgrade", "Upgrade", "websocket")]
    [InlineData(Home, "GET", "/notice/stub")]
    [InlineData(Home, "POST", "/launching/stub/cancel")]
    public async Task Scripts_and_programs_find_nothing_on_the_wrong_side(string host, string method, string path, params string[] headers)
    {
        using var answer = await AskAsync(PortalUnderTest.Admin, host, method, path, headers);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData(Apps, "GET", "/", 302, "http://portal.test:8000/unauthorized/")]
    [InlineData(Apps, "GET", "/app/stub/", 302, "http://portal.test:8000/unauthorized/")]
    [InlineData(Apps, "GET", "/unauthorized/", 302, "http://portal.test:8000/unauthorized/")]
    [InlineData(Apps, "POST", "/unauthorized/ask", 403)]
    [InlineData(Apps, "POST", "/app/stub/upload", 403)]
    [InlineData(Home, "GET", "/app/stub/", 302, "/unauthorized/")]
    [InlineData(Home, "GET", "/unauthorized/", 403)]
    [InlineData(Home, "POST", "/app/stub/upload", 403)]
    public async Task A_stranger_is_refused_on_both_sides_and_told_on_the_portals(string host, string method, string path, int status, string? target = null)
    {
        using var answer = await AskAsync(PortalUnderTest.Stranger, host, method, path, "Accept", "text/html");

        Assert.Equal((status, target), ((int)answer.StatusCode, answer.Headers.Location?.OriginalString));
    }

    [Theory]
    [InlineData(Home, "POST", "/?handler=Stop&app=stub", "http://apps.test:8000")]
    [InlineData(Home, "POST", "/admin/edit", "http://apps.test:8000")]
    [InlineData(Home, "POST", "/admin/edit", "null")]
    [InlineData(Apps, "POST", "/app/stub/upload", "http://portal.test:8000")]
    [InlineData(Apps, "POST", "/notice/stub", "http://portal.test:8000")]
    [InlineData("apps.test:8001", "POST", "/admin/edit", "http://apps.test:8000")]
    public async Task What_a_page_of_the_one_sends_to_the_other_is_refused(string host, string method, string path, string origin)
    {
        using var answer = await AskAsync(PortalUnderTest.Admin, host, method, path, "Origin", origin);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Theory]
    [InlineData(true, "navigate", "document")]
    [InlineData(false, "cors", "empty")]
    [InlineData(false, "navigate", "iframe")]
    [InlineData(false, "no-cors", "script")]
    public async Task From_the_one_to_the_other_leads_a_link_alone(bool isLetIn, string mode, string destination)
    {
        string[] headers = ["Accept", "text/html", "Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", mode, "Sec-Fetch-Dest", destination];

        using var toApp = await AskAsync(PortalUnderTest.Admin, Apps, "GET", "/app/stub/page?page", headers);
        using var toPortal = await AskAsync(PortalUnderTest.Admin, Home, "GET", "/admin/overview", headers);

        var expected = isLetIn ? HttpStatusCode.OK : HttpStatusCode.Forbidden;
        Assert.Equal((expected, expected), (toApp.StatusCode, toPortal.StatusCode));
    }

    [Fact]
    public async Task A_socket_leads_to_the_app_on_its_own_side()
    {
        using var socket = await fixture.Portal.WebSocketFrom(PortalUnderTest.User, "/app/stub/ws", options =>
        {
            options.SetRequestHeader("Host", Apps);
            options.SetRequestHeader("Origin", $"http://{Apps}");
        });

        Assert.Equal(WebSocketState.Open, socket.State);
    }

    [Fact]
    public async Task Pages_among_apps_link_to_the_portal_and_send_forms_there()
    {
        using var ended = await AskAsync(PortalUnderTest.Admin, Apps, "GET", "/ended/stub", "Accept", "text/html");
        using var tagged = await AskAsync(PortalUnderTest.Admin, Apps, "GET", "/app/stub/page?page", "Accept", "text/html");
        var page = await ended.Content.ReadAsStringAsync(Cancelled);
        var tag = await tagged.Content.ReadAsStringAsync(Cancelled);

        Assert.Contains("href=\"http://portal.test:8000/admin/overview\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"/admin", page, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"/\"", page, StringComparison.Ordinal);
        Assert.EndsWith("form-action 'self' http://portal.test:8000", ended.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains("data-portal=\"http://portal.test:8000/\"", tag, StringComparison.Ordinal);
        Assert.Contains("data-refused=\"http://portal.test:8000/unauthorized/?ended\"", tag, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_instance_wrote_is_not_shown_where_scripts_of_other_apps_could_read_it()
    {
        using var failed = await AskAsync(PortalUnderTest.Admin, Apps, "GET", "/app/broken/", "Accept", "text/html");
        using var state = await AskAsync(PortalUnderTest.Admin, Apps, "GET", "/launching/broken/state");
        var page = await failed.Content.ReadAsStringAsync(Cancelled);

        Assert.Equal(HttpStatusCode.BadGateway, failed.StatusCode);
        Assert.DoesNotContain("the last words", page, StringComparison.Ordinal);
        Assert.DoesNotContain("exit code", page, StringComparison.Ordinal);
        Assert.Contains("href=\"http://portal.test:8000/admin/log?client=127.0.0.1&amp;app=broken\"", page, StringComparison.Ordinal);
        Assert.Contains("\"log\":\"\"", await state.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https", "apps.test", 200)]
    [InlineData("https", "apps.test:443", 200)]
    [InlineData("http", "apps.test", 302)]
    [InlineData("https", "apps.test:80", 302)]
    public async Task Behind_a_proxy_it_is_the_origin_that_the_proxy_tells(string scheme, string host, int status)
    {
        await using var portal = await PortalUnderTest.StartAsync(portal =>
        {
            portal.Settings["Portal:Url"] = "https://portal.test";
            portal.Settings["Portal:AppsUrl"] = "https://apps.test";
            portal.Settings["Portal:Access:TrustedProxies:0"] = "127.0.0.10";
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/ended/stub");
        request.Headers.Host = host;
        request.Headers.Add("Accept", "text/html");
        request.Headers.Add("X-Forwarded-For", PortalUnderTest.User);
        request.Headers.Add("X-Forwarded-Proto", scheme);

        using var answer = await portal.ClientFrom("127.0.0.10").SendAsync(request, Cancelled);

        Assert.Equal(status, (int)answer.StatusCode);
    }

    private async Task<HttpResponseMessage> AskAsync(string client, string host, string method, string path, params string[] headers)
    {
        using var request = new HttpRequestMessage(
            new HttpMethod(method), new Uri($"http://127.0.0.1:{fixture.Portal.Port}{path}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        request.Headers.Host = host;
        if (method is "POST")
            request.Content = new StringContent("x");
        foreach (var header in headers.Chunk(2))
            request.Headers.TryAddWithoutValidation(header[0], header[1]);
        return await fixture.Portal.ClientFrom(client).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
    }

    public sealed class Split : IAsyncLifetime
    {
        private PortalUnderTest? _portal;

        internal PortalUnderTest Portal => _portal ?? throw new InvalidOperationException("The fixture has not been started.");

        public async ValueTask InitializeAsync()
        {
            _portal = await PortalUnderTest.StartAsync(portal =>
            {
                portal.Apps = [new("stub"), new("broken", "exits=3")];
                portal.Settings["Portal:Url"] = $"http://{Home}";
                portal.Settings["Portal:AppsUrl"] = $"http://{Apps}";
            });
            using var ready = await _portal.ClientFrom(PortalUnderTest.Admin).SendAsync(
                new(HttpMethod.Get, "/app/stub/echo") { Headers = { Host = Apps } }, Cancelled);
            Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        }

        public async ValueTask DisposeAsync()
        {
            if (_portal is not null)
                await _portal.DisposeAsync();
        }
    }
}
