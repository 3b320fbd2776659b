using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Portal.Tests.Proxy;

/// <summary>A request reaches the app as the client sent it, and the answer the client as the app gave it.</summary>
public sealed class ForwardingTests(PortalUnderTest portal) : IClassFixture<PortalUnderTest>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    [InlineData("OPTIONS")]
    [InlineData("PROPFIND")]
    [InlineData("BREW")]
    public async Task Every_method_is_forwarded(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/app/stub/echo");
        if (method is not ("GET" or "OPTIONS"))
            request.Content = new StringContent("seven b");

        using var answer = await portal.ClientFrom(PortalUnderTest.User).SendAsync(request, Cancelled);
        var told = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancelled);

        Assert.Equal($"{method} /app/stub/echo HTTP/1.1", told.GetProperty("line").GetString());
        Assert.Equal(request.Content is null ? 0 : 7, told.GetProperty("body").GetInt32());
    }

    [Fact]
    public async Task Head_is_answered_without_a_body()
    {
        var client = portal.ClientFrom(PortalUnderTest.User);
        (await client.GetAsync(new Uri("/app/stub/", UriKind.Relative), Cancelled)).Dispose();
        using var request = new HttpRequestMessage(HttpMethod.Head, "/app/stub/echo");

        using var answer = await client.SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.InRange(answer.Content.Headers.ContentLength ?? 0, 1, long.MaxValue);
    }

    [Theory]
    [InlineData("/app/stub/echo")]
    [InlineData("/app/stub/echo/")]
    [InlineData("/app/stub/echo?")]
    [InlineData("/app/stub/echo?a=%2F%20+%26&b&b=%ED%95%9C#no")]
    [InlineData("/app/stub/echo?a=[1]|{2}^\"<>")]
    [InlineData("/app/stub/echo/a%2Fb")]
    [InlineData("/app/stub/echo/a%2fb")]
    [InlineData("/app/stub/echo/a%20b")]
    [InlineData("/app/stub/echo/a%25b")]
    [InlineData("/app/stub/echo/a%252Fb")]
    [InlineData("/app/stub/echo/100%25%20sure.csv")]
    [InlineData("/app/stub/echo/%ED%95%9C%EA%B5%AD.txt")]
    [InlineData("/app/stub/echo//double//slash")]
    [InlineData("/app/stub/echo/a;b=c,d@e:f!$'()*+&=~-._")]
    [InlineData("/app/stub/echo/a%3Fb%23c%5Bd%5D")]
    [InlineData("/app/stub/echo/..%2F..%2Fadmin")]
    public async Task The_address_is_forwarded_as_it_came(string target)
    {
        var told = await AskRawAsync(target);

        Assert.Equal(target.Split('#')[0], told.GetProperty("target").GetString());
    }

    [Theory]
    [InlineData("/app/stub/echo/../x", "/app/stub/x")]
    [InlineData("/app/stub/echo/./x", "/app/stub/echo/x")]
    [InlineData("/app/stub/echo/%2e%2e/x", "/app/stub/x")]
    [InlineData("/app/none/../stub/x", "/app/stub/x")]
    [InlineData("/app/%73tub/x", "/app/stub/x")]
    public async Task Dots_are_resolved_before_it_is_decided_whose_app_it_is(string target, string forwarded)
    {
        var told = await AskRawAsync(target);

        Assert.Equal(forwarded, told.GetProperty("target").GetString());
    }

    [Theory]
    [InlineData("/app/stub/../admins/echo")]
    [InlineData("/app/stub/%2e%2e/admins/echo")]
    [InlineData("/app/stub%2F..%2Fadmins/echo")]
    [InlineData("/app/%61dmins/echo")]
    [InlineData("//app/admins/echo")]
    public async Task No_spelling_opens_another_roles_app(string target) =>
        Assert.StartsWith("HTTP/1.1 404", await AskRawTextAsync(target), StringComparison.Ordinal);

    [Fact]
    public async Task Status_and_headers_of_the_answer_pass()
    {
        using var answer = await portal.ClientFrom(PortalUnderTest.User).GetAsync(
            new Uri("/app/stub/status/418?X-Thing=one&Content-Security-Policy=none&Cache-Control=no-store&Location=../x", UriKind.Relative), Cancelled);

        Assert.Equal((418, "told"), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancelled)));
        Assert.Equal("one", Assert.Single(answer.Headers.GetValues("X-Thing")));
        Assert.Equal("none", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal("no-store", Assert.Single(answer.Headers.GetValues("Cache-Control")));
        Assert.Equal("../x", answer.Headers.Location?.OriginalString);
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    public async Task A_refusal_of_the_app_is_not_dressed_as_the_portals(int status)
    {
        using var answer = await portal.ClientFrom(PortalUnderTest.User).GetAsync(
            new Uri($"/app/stub/status/{status}", UriKind.Relative), Cancelled);

        Assert.Equal((status, "told"), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancelled)));
    }

    [Theory]
    [InlineData("If-None-Match", "\"v1\"", HttpStatusCode.NotModified, "")]
    [InlineData("If-None-Match", "\"v2\"", HttpStatusCode.OK, "abcdefghij")]
    [InlineData("Range", "bytes=2-4", HttpStatusCode.PartialContent, "cde")]
    public async Task Caching_and_ranges_are_the_apps_own(string header, string value, HttpStatusCode status, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/app/stub/cached");
        request.Headers.TryAddWithoutValidation(header, value);

        using var answer = await portal.ClientFrom(PortalUnderTest.User).SendAsync(request, Cancelled);

        Assert.Equal((status, body, "\"v1\""),
            (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancelled), answer.Headers.ETag?.Tag));
    }

    private async Task<JsonElement> AskRawAsync(string target)
    {
        var answer = await AskRawTextAsync(target);
        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        return JsonElement.Parse(answer[answer.IndexOf("\r\n\r\n", StringComparison.Ordinal)..]);
    }

    private async Task<string> AskRawTextAsync(string target)
    {
        var connection = await portal.ConnectFrom(PortalUnderTest.User);
        await connection.WriteAsync(
            Encoding.ASCII.GetBytes($"GET {target.Split('#')[0]} HTTP/1.1\r\nHost: portal\r\nConnection: close\r\n\r\n"), Cancelled);
        using var reader = new StreamReader(connection, Encoding.UTF8);
        return await reader.ReadToEndAsync(Cancelled);
    }
}
