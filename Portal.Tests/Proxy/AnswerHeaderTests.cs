using Xunit;

namespace Portal.Tests.Proxy;

/// <summary>Of the headers of an app's answer those pass that rule that answer alone.</summary>
public sealed class AnswerHeaderTests(PortalUnderTest portal) : IClassFixture<PortalUnderTest>
{
    [Theory]
    [InlineData("NEL: {\"report_to\":\"evil\",\"max_age\":31536000,\"include_subdomains\":true}")]
    [InlineData("Report-To: {\"group\":\"evil\",\"max_age\":31536000,\"endpoints\":[{\"url\":\"https://evil.net\"}]}")]
    [InlineData("Reporting-Endpoints: evil=\"https://evil.net\"")]
    [InlineData("Accept-CH: Sec-CH-UA-Full-Version-List")]
    [InlineData("Critical-CH: Sec-CH-UA-Full-Version-List")]
    [InlineData("Use-As-Dictionary: match=\"/*\"")]
    [InlineData("Origin-Agent-Cluster: ?1")]
    [InlineData("Clear-Site-Data: \"*\"")]
    [InlineData("Service-Worker-Allowed: /")]
    [InlineData("Strict-Transport-Security: max-age=1")]
    [InlineData("Public-Key-Pins: max-age=1")]
    [InlineData("Expect-CT: max-age=1")]
    [InlineData("Alt-Svc: h2=\"evil.net:443\"")]
    [InlineData("Set-Login: logged-in")]
    [InlineData("Origin-Trial: token")]
    [InlineData("Speculation-Rules: \"/rules.json\"")]
    [InlineData("WWW-Authenticate: Basic realm=\"portal\"")]
    [InlineData("Proxy-Authenticate: Basic realm=\"portal\"")]
    [InlineData("Sec-Session-Registration: (ES256);path=\"/x\"")]
    [InlineData("Header-Of-Tomorrow: 1")]
    [InlineData("X-Accel-Redirect: /secret")]
    [InlineData("X-Sendfile: /etc/passwd")]
    [InlineData("X-Permitted-Cross-Domain-Policies: all")]
    [InlineData("X-Portal-Client: 127.0.0.1")]
    [InlineData("nel: {}")]
    public async Task What_rules_a_whole_origin_is_dropped(string header)
    {
        var answer = await AnsweredAsync(header, "X-Other: 1");

        Assert.DoesNotContain($"\n{header.Split(':')[0]}:", answer, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("\r\nX-Other: 1\r\n", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Content-Type: text/csv; charset=euc-kr")]
    [InlineData("Content-Disposition: attachment; filename*=UTF-8''%EB%B3%B4%EA%B3%A0.csv")]
    [InlineData("Content-Encoding: br")]
    [InlineData("Content-Language: ko")]
    [InlineData("Accept-Ranges: bytes")]
    [InlineData("Cache-Control: private, max-age=60")]
    [InlineData("ETag: \"v1\"")]
    [InlineData("Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT")]
    [InlineData("Vary: Accept-Encoding")]
    [InlineData("Retry-After: 3")]
    [InlineData("Link: </x.css>; rel=preload")]
    [InlineData("Referrer-Policy: no-referrer")]
    [InlineData("Permissions-Policy: camera=()")]
    [InlineData("Access-Control-Allow-Origin: *")]
    [InlineData("Access-Control-Allow-Headers: X-Own")]
    [InlineData("Server-Timing: db;dur=53")]
    [InlineData("X-Own: 1")]
    [InlineData("x-total-count: 7")]
    [InlineData("X-Content-Type-Options: nosniff")]
    [InlineData("X-Accel-Buffering: no")]
    public async Task What_says_something_of_the_answer_passes(string header) =>
        Assert.Contains($"\r\n{header}\r\n", await AnsweredAsync(header), StringComparison.OrdinalIgnoreCase);

    [Theory]
    [InlineData("=portal-culture=c%3Dko")]
    [InlineData("= portal-culture=c%3Dko")]
    [InlineData("==portal-culture=c%3Dko")]
    [InlineData(" = \tPortal-Culture=c%3Dko; Path=/")]
    [InlineData("portal-antiforgery=x")]
    [InlineData("PORTAL-ANTIFORGERY=x")]
    [InlineData("__Host-portal-antiforgery=x; Secure; Path=/")]
    [InlineData("__secure-Portal-culture=x; Secure")]
    [InlineData("=__Host-portal-culture=x")]
    [InlineData("__Host-Http-portal-culture=x")]
    [InlineData("portal-culture")]
    public async Task A_cookie_that_would_be_read_as_the_portals_is_not_set(string cookie)
    {
        var answer = await AnsweredAsync($"Set-Cookie: {cookie}", "Set-Cookie: own=portal-culture; Path=/app/stub");

        Assert.Equal(["Set-Cookie: own=portal-culture; Path=/app/stub"], Lines(answer, "Set-Cookie"), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("frame-ancestors *", true)]
    [InlineData("default-src 'self'; Frame-Ancestors https://evil.net", true)]
    [InlineData("default-src 'self'", false)]
    public async Task An_app_cannot_have_its_pages_framed_elsewhere(string policy, bool isAdded)
    {
        var answer = await AnsweredAsync($"Content-Security-Policy: {policy}", "X-Frame-Options: ALLOWALL");

        Assert.Equal(
            [$"Content-Security-Policy: {policy}", .. isAdded ? ["Content-Security-Policy: frame-ancestors 'self'"] : Array.Empty<string>()],
            Lines(answer, "Content-Security-Policy"), StringComparer.Ordinal);
        Assert.Equal(["X-Frame-Options: SAMEORIGIN"], Lines(answer, "X-Frame-Options"), StringComparer.Ordinal);
    }

    private static IEnumerable<string> Lines(string answer, string name) =>
        answer.Split("\r\n").Where(line => line.StartsWith($"{name}:", StringComparison.OrdinalIgnoreCase));

    private Task<string> AnsweredAsync(params string[] headers)
    {
        var lines = string.Concat(headers.Select(header => $"{header}\r\n"));
        return portal.SendAsync(PortalUnderTest.User,
            $"POST /app/stub/heads HTTP/1.1\r\nHost: portal\r\nConnection: close\r\nContent-Length: {lines.Length}\r\n\r\n{lines}");
    }
}
