using System.Net;
using Portal.Data;
using Portal.Tests.Doubles;
using Xunit;

namespace Portal.Tests.Access;

/// <summary>Behind proxies that are trusted, the last hop that is none of them is the client.</summary>
public sealed class TrustedProxyTests(TrustedProxyTests.Portal fixture) : IClassFixture<TrustedProxyTests.Portal>
{
    private const string Proxy = "127.0.0.10";

    [Theory]
    [InlineData("203.0.113.5", "203.0.113.5")]
    [InlineData("127.0.0.1, 203.0.113.5", "203.0.113.5")]
    [InlineData("127.0.0.1, 203.0.113.5, 10.1.1.1, 127.0.0.10", "203.0.113.5")]
    [InlineData("::ffff:203.0.113.5", "203.0.113.5")]
    [InlineData("203.0.113.5, ::ffff:10.1.1.1", "203.0.113.5")]
    [InlineData("203.0.113.5:4711", "203.0.113.5")]
    [InlineData("2001:db8::5", "2001:db8::5")]
    [InlineData("\"[2001:db8::5]:443\"", "2001:db8::5")]
    public async Task The_last_hop_that_is_not_trusted_is_the_client(string chain, string client)
    {
        using var answer = await AskAsync(Proxy, "/app/stub/echo", ("X-Forwarded-For", chain));
        var headers = await answer.HeadersToldAsync();

        Assert.Equal(client, headers["X-Portal-Client"]);
        Assert.Equal(client, headers["X-Forwarded-For"]);
    }

    [Theory]
    [InlineData("203.0.113.99")]
    [InlineData("203.0.113.5, 203.0.113.99")]
    [InlineData("127.0.0.1, 203.0.113.99, 10.1.1.1")]
    [InlineData("")]
    public async Task A_stranger_behind_a_proxy_is_refused_whatever_they_claim(string chain)
    {
        using var answer = await AskAsync(Proxy, "/app/stub/echo", ("X-Forwarded-For", chain));

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Theory]
    [InlineData("unknown")]
    [InlineData("2130706433")]
    [InlineData("0x7f000001")]
    [InlineData("0177.0.0.1")]
    [InlineData("127.1")]
    [InlineData("127.0.0.01")]
    [InlineData("203.0.113.5, 127.1")]
    [InlineData("203.0.113.5/32")]
    [InlineData("203.0.113.5:")]
    [InlineData("203.0.113.5:99999")]
    [InlineData("203.0.113.5 127.0.0.1")]
    [InlineData("[203.0.113.5]")]
    [InlineData("2001:db8::5%eth0")]
    [InlineData("portal:80")]
    [InlineData("203.0.113.5,")]
    public async Task A_hop_that_is_no_address_letter_by_letter_is_refused(string chain)
    {
        using var answer = await AskAsync(Proxy, "/app/stub/echo", ("X-Forwarded-For", chain));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("javascript")]
    [InlineData("https:")]
    [InlineData("http, ")]
    [InlineData("gopher")]
    public async Task A_scheme_that_is_not_of_the_web_is_refused(string scheme)
    {
        using var answer = await AskAsync(Proxy, "/app/stub/echo", ("X-Forwarded-For", "203.0.113.5"), ("X-Forwarded-Proto", scheme));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("junk, 203.0.113.5", "wss", "https")]
    [InlineData("203.0.113.5, 10.1.1.1", "https, http", "https")]
    [InlineData("203.0.113.5", "javascript, HTTPS", "https")]
    [InlineData("203.0.113.5", "ws", "http")]
    public async Task What_no_trusted_proxy_has_written_is_not_read(string chain, string schemes, string scheme)
    {
        using var answer = await AskAsync(Proxy, "/app/stub/echo", ("X-Forwarded-For", chain), ("X-Forwarded-Proto", schemes));
        var headers = await answer.HeadersToldAsync();

        Assert.Equal(("203.0.113.5", scheme), (headers["X-Portal-Client"], headers["X-Forwarded-Proto"]));
    }

    [Theory]
    [InlineData(PortalUnderTest.User)]
    [InlineData("::1")]
    public async Task Who_is_no_proxy_cannot_speak_for_others(string client)
    {
        using var answer = await AskAsync(client, "/app/stub/echo", ("X-Forwarded-For", "203.0.113.5"));

        Assert.Equal(client, (await answer.HeadersToldAsync())["X-Portal-Client"]);
    }

    [Fact]
    public async Task The_scheme_of_the_proxy_is_told_to_the_app()
    {
        using var answer = await AskAsync(
            Proxy, "/app/stub/echo", ("X-Forwarded-For", "203.0.113.5"), ("X-Forwarded-Proto", "https"));

        Assert.Equal("https", (await answer.HeadersToldAsync())["X-Forwarded-Proto"]);
    }

    [Theory]
    [InlineData("203.0.113.99", HttpStatusCode.Forbidden)]
    [InlineData("203.0.113.5", HttpStatusCode.Forbidden)]
    [InlineData("198.51.100.7", HttpStatusCode.OK)]
    [InlineData("::ffff:198.51.100.7", HttpStatusCode.OK)]
    [InlineData("127.0.0.1, 203.0.113.99", HttpStatusCode.Forbidden)]
    public async Task Health_is_told_to_this_machine_and_the_configured_networks_only(string client, HttpStatusCode status)
    {
        using var healthy = await AskAsync(Proxy, "/healthz", ("X-Forwarded-For", client));
        using var ready = await AskAsync(Proxy, "/readyz", ("X-Forwarded-For", client));

        Assert.Equal((status, status), (healthy.StatusCode, ready.StatusCode));
    }

    private async Task<HttpResponseMessage> AskAsync(string source, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        return await fixture.UnderTest.ClientFrom(source).SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Listens on every address of both families, where IPv4 clients show up as ::ffff:….</summary>
    public sealed class Portal : IAsyncLifetime
    {
        public PortalUnderTest UnderTest { get; private set; } = new();

        public async ValueTask InitializeAsync()
        {
            await UnderTest.DisposeAsync();
            UnderTest = await PortalUnderTest.StartAsync(portal =>
            {
                portal.Urls = "http://[::]:0";
                portal.Settings["Portal:Access:TrustedProxies:0"] = Proxy;
                portal.Settings["Portal:Access:TrustedProxies:1"] = "10.0.0.0/8";
                portal.Settings["Portal:Access:HealthNetworks:0"] = "198.51.100.0/24";
            });
            foreach (var client in new[] { "203.0.113.5", "2001:db8::5", "::1" })
                await UnderTest.AddAsync(new RegisteredIpDraft(client, Role.User));
        }

        public ValueTask DisposeAsync() => UnderTest.DisposeAsync();
    }
}
