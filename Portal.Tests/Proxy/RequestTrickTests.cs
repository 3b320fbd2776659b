using Xunit;

namespace Portal.Tests.Proxy;

/// <summary>
/// Requests that no browser sends, byte by byte. None reaches an instance that is not the client's own, none changes who the
/// client is, none breaks the portal.
/// </summary>
public sealed class RequestTrickTests(PortalUnderTest portal) : IClassFixture<PortalUnderTest>
{
    /// <summary>The status is followed by what the app was asked for, where the request reached one.</summary>
    public static readonly TheoryData<string, string> Targets = new()
    {
        { "GET /app/stub/a%2Fb HTTP/1.1", "200 /app/stub/a%2Fb" },
        { "GET /app/%73tub/echo HTTP/1.1", "200 /app/stub/echo" },
        { "GET /app/stub/%252e%252e/admins/ HTTP/1.1", "200 /app/stub/%252e%252e/admins/" },
        { "GET /app/stub/..%2fadmins/echo HTTP/1.1", "200" },
        { "GET /app/stub/../admins/echo HTTP/1.1", "404" },
        { "GET /app/stub/%2e%2e/admins/echo HTTP/1.1", "404" },
        { "GET /app/stub/.%2e/admins/echo HTTP/1.1", "404" },
        { "GET /app/admins/../stub/echo HTTP/1.1", "200 /app/stub/echo" },
        { "GET /app/stub%2Fecho HTTP/1.1", "404" },
        { "GET /app/STUB/echo HTTP/1.1", "404" },
        { "GET /app//stub/echo HTTP/1.1", "404" },
        { "GET //app/stub/echo HTTP/1.1", "404" },
        { "GET /app\\stub\\echo HTTP/1.1", "404" },
        { "GET /app/stub/%00 HTTP/1.1", "400" },
        { "GET /app/stub/a b HTTP/1.1", "400" },
        { "GET http://portal/app/stub/echo HTTP/1.1", "200 /app/stub/echo" },
        { "GET http://portal/app/admins/echo HTTP/1.1", "404" },
        { "GET http://127.0.0.1/app/stub/echo HTTP/1.1", "400" },
        { "GET portal:80 HTTP/1.1", "405" },
        { "OPTIONS * HTTP/1.1", "405" },
        { "CONNECT 127.0.0.1:22 HTTP/1.1", "400" },
        { "CONNECT /app/stub/echo HTTP/1.1", "405" },
        { "TRACE /app/stub/echo HTTP/1.1", "405" },
        { "GET /app/stub/echo HTTP/3.0", "505" },
    };

    public static readonly TheoryData<string, string> Heads = new()
    {
        { "Host: portal\r\nHost: 127.0.0.1\r\n", "400" },
        { "Host: portal, 127.0.0.1\r\n", "400" },
        { "Host: \r\n", "400" },
        { "", "400" },
        { "Host: portal\r\nContent-Length: 0\r\nContent-Length: 5\r\n", "400" },
        { "Host: portal\r\nContent-Length: -1\r\n", "400" },
        { "Host: portal\r\nTransfer-Encoding: gzip\r\n", "400" },
        { "Host: portal\r\nTransfer-Encoding: chunked, gzip\r\n", "400" },
        { "Host: portal\r\n X-Folded: 1\r\n", "400" },
        { "Host: portal\r\nX-Bare: a\rb\r\n", "400" },
        { "Host: portal\r\nX-Space : a\r\n", "400" },
        { "Host: portal\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n", "200" },
        { "Host: portal\r\nUpgrade: TLS/1.0\r\nConnection: Upgrade\r\n", "200" },
        { "Host: portal\r\nConnection: X-Forwarded-For, X-Portal-Client\r\nX-Portal-Client: 127.0.0.1\r\n", "200" },
        { "Host: portal\r\nX-Long: " + new string('x', 60_000) + "\r\n", "200" },
        { "Host: portal\r\nX-Long: " + new string('x', 66_000) + "\r\n", "431" },
        { "Host: portal\r\nX-Long: " + new string('x', 300_000) + "\r\n", "431" },
        { "Host: portal\r\n" + string.Concat(Enumerable.Repeat("X-Many: 1\r\n", 200)), "431" },
    };

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task An_address_leads_to_ones_own_app_or_nowhere(string line, string outcome)
    {
        var answer = await AskAsync($"{line}\r\nHost: portal\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 " + outcome.Split(' ')[0], answer, StringComparison.Ordinal);
        if (outcome.Split(' ') is [_, var target])
            Assert.Contains($"\"target\": \"{target}\"", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("/app/admins", answer.Replace("/app/stub/%252e%252e/admins/", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Heads))]
    public async Task A_head_is_plain_or_refused_and_changes_nobody(string head, string status)
    {
        var answer = await AskAsync($"GET /app/stub/echo HTTP/1.1\r\n{head}Connection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 " + status, answer, StringComparison.Ordinal);
        if (status is "200")
            Assert.Contains($"[\"X-Portal-Client\", \"{PortalUnderTest.User}\"]", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(32_000, 0, "200", "")]
    [InlineData(33_000, 0, "414", "The address is too long")]
    [InlineData(100_000, 0, "414", "The address is too long")]
    [InlineData(0, 66_000, "431", "Delete the cookies")]
    [InlineData(0, 200_000, "431", "Delete the cookies")]
    [InlineData(140_000, 0, "414", "")]
    public async Task A_person_whose_request_is_too_large_reads_why(int query, int cookie, string status, string word)
    {
        var answer = await AskAsync($"GET /app/stub/echo?{new string('q', query)} HTTP/1.1\r\nHost: portal\r\nAccept: text/html\r\n"
            + $"Cookie: a={new string('c', cookie)}\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 " + status, answer, StringComparison.Ordinal);
        Assert.Contains(word, answer, StringComparison.Ordinal);
        if (word.Length > 0)
            Assert.DoesNotContain("qqqqqqqqqq", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_follows_a_body_of_two_lengths_is_no_second_request()
    {
        var answer = await AskAsync(
            "POST /app/stub/echo HTTP/1.1\r\nHost: portal\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "0\r\n\r\nGET /app/stub/echo HTTP/1.1\r\nHost: portal\r\nConnection: close\r\n\r\n");

        Assert.DoesNotContain("HTTP/1.1 5", answer, StringComparison.Ordinal);
        Assert.Equal(1, answer.Split("HTTP/1.1 ").Length - 1);
    }

    private Task<string> AskAsync(string request) => portal.SendAsync(PortalUnderTest.User, request);
}
