using System.Net;
using System.Text.Json;
using Xunit;

namespace Portal.Tests.Pages;

public sealed class SecurityHeadersTests(PortalUnderTest portal) : IClassFixture<PortalUnderTest>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(PortalUnderTest.Admin, "/", HttpStatusCode.OK)]
    [InlineData(PortalUnderTest.Admin, "/admin/overview", HttpStatusCode.OK)]
    [InlineData(PortalUnderTest.Admin, "/css/site.css", HttpStatusCode.OK)]
    [InlineData(PortalUnderTest.Admin, "/healthz", HttpStatusCode.OK)]
    [InlineData(PortalUnderTest.User, "/admin/", HttpStatusCode.Forbidden)]
    [InlineData(PortalUnderTest.User, "/app/none/", HttpStatusCode.NotFound)]
    [InlineData(PortalUnderTest.Stranger, "/", HttpStatusCode.Redirect)]
    [InlineData(PortalUnderTest.Stranger, "/unauthorized/", HttpStatusCode.Forbidden)]
    public async Task Every_answer_of_the_portals_own_allows_its_files_alone(string client, string path, HttpStatusCode status)
    {
        using var answer = await AskAsync(client, path);

        Assert.Equal(status, answer.StatusCode);
        Assert.Contains("default-src 'none'; script-src 'self'; style-src 'self';", One(answer, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", One(answer, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal(
            ("DENY", "nosniff", "strict-origin", "same-origin", "same-origin"),
            (One(answer, "X-Frame-Options"), One(answer, "X-Content-Type-Options"), One(answer, "Referrer-Policy"),
                One(answer, "Cross-Origin-Opener-Policy"), One(answer, "Cross-Origin-Resource-Policy")));
        Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
    }

    [Theory]
    [InlineData("status/200?Content-Security-Policy=img-src+*", "Content-Security-Policy", "img-src+*")]
    [InlineData("status/200", "X-Frame-Options", "SAMEORIGIN")]
    [InlineData("page?page", "X-Frame-Options", "SAMEORIGIN")]
    [InlineData("status/200?X-Frame-Options=ALLOWALL", "X-Frame-Options", "SAMEORIGIN")]
    [InlineData("status/200?X-Frame-Options=DENY", "X-Frame-Options", "DENY")]
    [InlineData("status/200?Service-Worker-Allowed=/", "Service-Worker-Allowed", "")]
    [InlineData("page?page&Clear-Site-Data=x", "Clear-Site-Data", "")]
    [InlineData("status/200?Strict-Transport-Security=max-age=1", "Strict-Transport-Security", "")]
    [InlineData("status/200?Set-Cookie=portal-antiforgery=x", "Set-Cookie", "")]
    [InlineData("status/200?Set-Cookie=own=x", "Set-Cookie", "own=x")]
    [InlineData("status/404", "Cross-Origin-Opener-Policy", "")]
    public async Task An_apps_answer_is_its_own_but_for_what_would_be_taken_for_the_portals_word(string path, string header, string value)
    {
        using var answer = await AskAsync(PortalUnderTest.User, "/app/stub/" + path);

        Assert.Equal(value, One(answer, header));
    }

    [Theory]
    [InlineData("portal-antiforgery=x", "")]
    [InlineData("a=1; portal-antiforgery=x; b=2", "a=1; b=2")]
    [InlineData("portal-culture=c%3Dko; a=1", "a=1")]
    [InlineData("a=portal-x", "a=portal-x")]
    public async Task The_portals_own_cookies_do_not_reach_an_app(string sent, string passed)
    {
        using var answer = await AskAsync(PortalUnderTest.User, "/app/stub/echo", ("Cookie", sent));
        var told = JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancelled)).GetProperty("headers").EnumerateArray()
            .Where(header => header[0].GetString()?.Equals("Cookie", StringComparison.OrdinalIgnoreCase) is true).Select(header => header[1].GetString());

        Assert.Equal(passed, string.Join('|', told));
    }

    private async Task<HttpResponseMessage> AskAsync(string client, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept", "text/html");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await portal.ClientFrom(client).SendAsync(request, Cancelled);
    }

    private static string One(HttpResponseMessage answer, string header) =>
        answer.Headers.TryGetValues(header, out var values) ? Assert.Single(values) : "";
}
