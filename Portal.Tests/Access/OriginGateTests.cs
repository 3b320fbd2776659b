using System.Net;
using Xunit;

namespace Portal.Tests.Access;

/// <summary>What pages of other sites, and of apps, cannot have a visitor's browser do.</summary>
public sealed class OriginGateTests(PortalUnderTest portal) : IClassFixture<PortalUnderTest>
{
    private const string WebSocket = "_stcore/stream";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/", "GET")]
    [InlineData("/unauthorized/", "GET")]
    [InlineData("/app/stub/", "GET")]
    [InlineData("/app/stub/upload", "POST")]
    [InlineData("/css/site.css", "GET")]
    public async Task Under_a_name_that_is_not_the_portals_nothing_is_answered(string path, string method)
    {
        using var answer = await AskAsync(PortalUnderTest.Admin, method, path, "Host", "evil.net:8000");

        Assert.Equal(HttpStatusCode.MisdirectedRequest, answer.StatusCode);
        Assert.Contains("Portal:Access:HostNames", await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("xn--")]
    [InlineData("xn--.local:8000")]
    [InlineData("portal.xn--a-ecp.ru")]
    public async Task A_name_that_cannot_be_read_is_refused(string name)
    {
        using var answer = await AskAsync(PortalUnderTest.User, "GET", "/app/stub/echo", "Host", name);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData(true, "POST", "upload", "Origin", "http://evil.net")]
    [InlineData(true, "POST", "upload", "Origin", "null")]
    [InlineData(true, "PUT", "upload", "Origin", "http://portal:8001")]
    [InlineData(true, "GET", WebSocket, "Origin", "http://evil.net", "Connection", "Upgrade", "Upgrade", "websocket")]
    [InlineData(true, "GET", WebSocket, "Origin", "http://portal:8000.evil.net", "Connection", "Upgrade", "Upgrade", "websocket")]
    [InlineData(true, "GET", "echo", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "image")]
    [InlineData(true, "GET", "echo", "Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty")]
    [InlineData(true, "GET", "echo", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe")]
    [InlineData(true, "POST", "upload", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document")]
    [InlineData(true, "GET", "echo", "Sec-Fetch-Site", "other")]
    [InlineData(true, "GET", WebSocket, "Origin", "://portal:8000", "Connection", "Upgrade", "Upgrade", "websocket")]
    [InlineData(true, "POST", "upload", "Origin", "://portal:8000")]
    [InlineData(true, "POST", "upload", "Origin", "ftp://portal:8000")]
    [InlineData(true, "POST", "upload", "Origin", "chrome-extension://portal:8000")]
    [InlineData(true, "POST", "upload", "Origin", "HTTP://portal:8000")]
    [InlineData(true, "POST", "upload", "Origin", "http://portal:8000/")]
    [InlineData(true, "POST", "upload", "Origin", "http://user@portal:8000")]
    [InlineData(true, "POST", "upload", "Origin", "http://portal:08000")]
    [InlineData(true, "POST", "upload", "Origin", "http://portal:8000 http://portal:8000")]
    [InlineData(false, "GET", "echo", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document")]
    [InlineData(false, "POST", "upload", "Origin", "http://portal:8000", "Sec-Fetch-Site", "same-origin", "Sec-Fetch-Mode", "cors")]
    [InlineData(false, "POST", "upload", "Origin", "https://Portal:8000")]
    [InlineData(false, "POST", "upload")]
    [InlineData(false, "GET", "echo", "Sec-Fetch-Site", "none", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document")]
    public async Task A_page_of_another_site_reaches_no_app_but_by_a_link(bool isRefused, string method, string path, params string[] headers)
    {
        using var answer = await AskAsync(PortalUnderTest.User, method, "/app/stub/" + path, ["Host", "portal:8000", .. headers]);

        Assert.Equal(isRefused ? HttpStatusCode.Forbidden : HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("http://portal", "portal", false)]
    [InlineData("https://portal", "portal", false)]
    [InlineData("http://portal:80", "portal", false)]
    [InlineData("https://portal", "portal:443", false)]
    [InlineData("https://portal", "portal:80", true)]
    [InlineData("portal", "portal", true)]
    [InlineData("http://xn--wv7bl3c.local:8000", "xn--wv7bl3c.local:8000", false)]
    [InlineData("http://xn--wv7bl3c.local:8000", "xn--220bv61a.local:8000", true)]
    public async Task A_page_of_the_name_and_port_that_is_asked_is_the_portals(string origin, string host, bool isRefused)
    {
        using var answer = await AskAsync(PortalUnderTest.User, "POST", "/app/stub/upload", "Host", host, "Origin", origin);

        Assert.Equal(isRefused, answer.StatusCode is HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData(true, "GET", "/admin/overview")]
    [InlineData(true, "GET", "/admin/overview", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document")]
    [InlineData(true, "GET", "/admin/overview", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document", "Referer", "http://portal/app/stub/")]
    [InlineData(true, "HEAD", "/admin/overview", "Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty")]
    [InlineData(false, "GET", "/admin/overview", "Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty")]
    [InlineData(false, "GET", "/admin/overview", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe")]
    [InlineData(false, "GET", "/admin/overview", "Referer", "http://portal/app/stub/page")]
    [InlineData(false, "GET", "/admin/overview", "Referer", "http://portal/%61pp/stub/page")]
    [InlineData(false, "GET", "/admin/overview", "Referer", "http://portal/x/../app/stub/page")]
    [InlineData(false, "GET", "/admin/overview", "Referer", "://portal/admin/")]
    [InlineData(false, "GET", "/admin/overview", "Referer", "nothing")]
    [InlineData(true, "GET", "/admin/overview", "Referer", "http://portal/admin/registry")]
    [InlineData(false, "POST", "/admin/announcement", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document", "Referer", "http://portal/app/stub/")]
    [InlineData(true, "GET", "/admin/running/live?language=en", "Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty", "Referer", "http://portal/admin/running")]
    [InlineData(false, "GET", "/admin/running/live?language=en", "Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty", "Referer", "http://portal/app/stub/")]
    public async Task A_script_of_an_app_does_not_read_the_admin_pages(bool isLetIn, string method, string path, params string[] headers)
    {
        using var answer = await AskAsync(PortalUnderTest.Admin, method, path, headers);

        Assert.Equal(isLetIn ? HttpStatusCode.OK : HttpStatusCode.Forbidden, answer.StatusCode);
    }

    private async Task<HttpResponseMessage> AskAsync(string client, string method, string path, params string[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method is "POST" or "PUT")
            request.Content = new StringContent("x");
        foreach (var header in headers.Chunk(2))
            request.Headers.TryAddWithoutValidation(header[0], header[1]);
        return await portal.ClientFrom(client).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
    }
}
