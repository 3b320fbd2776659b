using System.Globalization;
using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Localization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Portal.Data;
using Portal.Web.Access;
using Portal.Web.Pages;
using Portal.Web.Proxy;
using Xunit;

namespace Portal.Tests.Fuzz;

/// <summary>Headers and addresses of requests, as far as the server lets them through.</summary>
public sealed class HeaderFuzz
{
    private const string Instance = "http://instance-1:8501";

    private static readonly Origins Together = new(Options.Create(new OriginsOptions()));

    private static readonly ClientIdentity Client = new(IPAddress.Parse("10.0.0.1"), 1, Role.User, "Ann", null);

    private static readonly Gen<string> Cookies = Fuzzing.Of(
        "portal-", "Portal-Culture", "=", "=", ";", "; ", " ;", ";;", "a", "_streamlit_xsrf", "\"", ",", " ", "\t", "é", "xportal-", "%70ortal-");

    private static readonly Gen<string> Hosts = Fuzzing.Of("a", "b", "portal", "10", "1", ".", "..", "-", "localhost", "local", "test", "::1", "[", "]", "_", "xn--");

    [Fact]
    public void An_app_gets_each_cookie_but_the_portals_own() => Fuzzing.Holds(Cookies.NonEmptyListOf(), lines =>
    {
        var sent = lines.SelectMany(line => line.Split(';')).Select(cookie => cookie.Trim(' ', '\t')).ToList();
        var passed = PortalCookies.Without(lines.ToArray());

        var foreign = sent.Where(cookie => cookie.Length > 0 && !IsOwn(cookie));
        if (passed is null)
            Assert.DoesNotContain(sent, IsOwn);
        else
            Assert.Equal(foreign, passed.Split(';').Select(cookie => cookie.Trim(' ', '\t')).Where(cookie => cookie.Length > 0), StringComparer.Ordinal);
    }, 3000);

    [Fact]
    public void The_portal_reads_each_cookie_as_a_browser_writes_it() => Fuzzing.Holds(Cookies.NonEmptyListOf(), lines =>
    {
        var read = CookieReader.Read(lines.ToArray());
        var sent = lines.SelectMany(line => line.Split(';')).Where(cookie => cookie.Contains('=', StringComparison.Ordinal))
            .Select(cookie => cookie.Split('=', 2)).Select(pair => (Name: pair[0].Trim(' ', '\t'), Value: pair[1].Trim(' ', '\t')))
            .Where(pair => pair.Name.Length > 0 && !pair.Value.Any(letter => letter is ' ' or '\t' or '"' or ',' or 'é')).ToList();

        Assert.Equal(sent.Select(pair => pair.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal), read.Keys.Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.All(read, pair => Assert.Equal(Uri.UnescapeDataString(sent.Last(one => one.Name.Equals(pair.Key, StringComparison.Ordinal)).Value), pair.Value));
    }, 3000);

    [Fact]
    public void A_host_that_is_read_is_the_one_of_the_web_address() => Fuzzing.Holds(
        Gen.OneOf(OddHosts, Fuzzing.Texts, Hosts.Zip(Gen.Elements("", ":80", ":8000", ".", ":", ":0", ":65536")).Select(both => both.Item1 + both.Item2)), text =>
        {
            if (!HostAndPort.TryParse(text, out var read))
                return;
            Assert.True(Uri.TryCreate($"http://{text}/", UriKind.Absolute, out var address), text);
            Assert.Equal(("/", "", ""), (address.PathAndQuery, address.UserInfo, address.Fragment));
            Assert.Equal(address.Port, read.Port ?? 80);
            Assert.Equal(address.HostNameType is UriHostNameType.IPv6 ? IPAddress.Parse(address.Host) : address.IdnHost,
                address.HostNameType is UriHostNameType.IPv6 ? IPAddress.Parse(read.Host) : (object)read.Host);
            _ = HostString.FromUriComponent(text);
            Assert.True(HostAndPort.TryParse(text.ToUpperInvariant(), out var upper));
            Assert.Equal(read, upper);
        }, 10_000);

    [Fact]
    public void A_language_is_one_of_the_portals_whatever_the_browser_asks_for() => Fuzzing.Holds(
        Fuzzing.Of("ko", "en", "ko-KR", "EN-us", "x", "*", ",", ", ", ";q=", ";q=", "0", "1", ".5", "9e9", "-", "_", " ", ";", "\"", "é", "\t", "aaaaaaaaaaaaaaaaaaaaaaaa"), async asked =>
        {
            var options = new RequestLocalizationOptions();
            Languages.Configure(options);
            CultureInfo? seen = null;
            var middleware = new RequestLocalizationMiddleware(Look, Options.Create(options), NullLoggerFactory.Instance);
            var http = new DefaultHttpContext();
            http.Request.Headers.AcceptLanguage = asked;

            await middleware.Invoke(http);

            Assert.Contains(seen?.Name ?? "", Languages.All.Keys, StringComparer.Ordinal);

            Task Look(HttpContext context)
            {
                seen = CultureInfo.CurrentUICulture;
                return Task.CompletedTask;
            }
        }, 2000);

    [Fact]
    public void The_page_behind_a_request_is_an_apps_unless_it_is_read_as_another() => Fuzzing.Holds(
        Fuzzing.Of("http://", "https://", "ftp://", "portal", "/", "/", "app/", "App", "%61pp/", "%2e%2e", "..", "admin", "?", "#", "@", ":", "\\", " ", "é", "[", "xn--"), referer =>
        {
            var request = new DefaultHttpContext().Request;
            request.Headers.Referer = referer;
            var isFromApp = RequestOrigin.IsFromApp(request);

            if (referer.Length > 0 && !isFromApp)
                Assert.False(Uri.UnescapeDataString(new Uri(referer).AbsolutePath).StartsWith("/app/", StringComparison.OrdinalIgnoreCase), referer);
        }, 3000);

    [Fact]
    public void A_hop_is_the_address_that_it_spells_or_the_chain_is_refused() => Fuzzing.Holds(
        Fuzzing.Of("127", "0", "1", "0x7f", "0177", "2130706433", ".", ".", "10", ":", "::", "ffff", "80", "[", "]", "\"", ",", ", ", " ", "/8", "%eth0", "unknown", "_x"), chain =>
        {
            var proxies = new ForwardedChain([NetworkNotation.Parse("10.0.0.0/8")]);
            if (proxies.Resolve(IPAddress.Parse("10.0.0.1"), chain, default) is not { } origin || chain.Length is 0)
                return;

            // Without its port it is written as it is read.
            var last = chain.Split(',')[^1].Trim().Trim('"');
            if (last.Count(letter => letter is ':') < 2 && !last.StartsWith("10.", StringComparison.Ordinal))
                Assert.Equal(origin.Client.ToString(), last.Split(':')[0]);
        }, 5000);

    private static readonly Gen<string> OddHosts = Fuzzing.Of("a", "portal", "0x", "127", "1", "00", ".", ".", "-", "_", ":", "80", "99999", "[", "]", "::1", "%", "/", "@", "?", "#", "\\", "é", "xn--", "xn--wv7bl3c");

    private static bool IsOwn(string cookie) => cookie.Trim(' ', '\t', '=', '"').StartsWith("portal-", StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void No_name_in_a_domain_that_somebody_could_own_is_the_portals() => Fuzzing.Holds(
        Hosts.Zip(Gen.Elements("", ":80", ":8000", ".", ".:80")), both =>
        {
            var names = new HostNames(Options.Create(new AccessOptions { HostNames = { "portal.company.com", "*.wild.com" } }), Together);
            var (name, end) = both;

            _ = names.Hold(name + end);

            Assert.False(names.Hold($"{name}.evil.net{end}"), name);
            Assert.False(names.Hold($"{name}evil.net{end}"), name);
            Assert.False(names.Hold($"{name}portal.company.com.evil.net{end}"), name);
        }, 5000);

    [Fact]
    public void A_page_of_another_host_is_foreign_and_one_of_the_same_is_not() => Fuzzing.Holds(
        Hosts.Where(host => HostAndPort.TryParse(host, out var read) && read.Port is null).Two().Zip(Gen.Elements("http", "https")), both =>
        {
            var ((host, other), scheme) = both;
            var request = new DefaultHttpContext().Request;
            request.Method = "POST";
            request.Headers.Host = host;

            request.Headers.Origin = $"{scheme}://{host}";
            Assert.False(RequestOrigin.IsForeign(request, Together));
            request.Headers.Origin = $"{scheme}://{other}";
            Assert.Equal(!host.Equals(other, StringComparison.OrdinalIgnoreCase), RequestOrigin.IsForeign(request, Together));
            request.Headers.Origin = $"{scheme}://evil.{host}.net";
            Assert.True(RequestOrigin.IsForeign(request, Together));
            foreach (var word in new[] { "null", "", "://", $"://{host}", $"ftp://{host}", $"{scheme}://{host}://{host}", $"{scheme}://{host}/", other })
            {
                request.Headers.Origin = word;
                Assert.True(RequestOrigin.IsForeign(request, Together), word);
            }
        }, 5000);

    [Fact]
    public void Nothing_that_a_client_sends_under_the_portals_names_reaches_an_app() => Fuzzing.Holds(
        Gen.Elements("X-Portal-Client", "X-Portal-Role", "X-Portal-User", "X-Portal-New", "X-Forwarded-For", "X-Forwarded-Prefix", "X-Forwarded-Whatever", "X-Real-IP", "X-Streamlit-User", "Forwarded", "X-Portal", "X-Original-For", "X-Client-IP", "X-Cluster-Client-IP", "True-Client-IP", "CF-Connecting-IP")
            .Zip(Gen.Elements(true, false).ListOf()).Select(Misspelled).NonEmptyListOf(), async names =>
        {
            var http = Request("/app/stub/", "/app/stub/");
            foreach (var name in names)
                http.Request.Headers[name] = "forged";
            using var request = await TransformAsync(http);

            Assert.DoesNotContain(request.Headers.NonValidated, header => header.Value.Any(value => value.Contains("forged", StringComparison.Ordinal)));
            Assert.Equal(["10.0.0.1"], request.Headers.GetValues("X-Portal-Client"), StringComparer.Ordinal);
            Assert.Equal(["User"], request.Headers.GetValues("X-Portal-Role"), StringComparer.Ordinal);
        }, 1000);

    [Fact]
    public void Whatever_is_asked_for_leads_into_the_app_and_nowhere_else() => Fuzzing.Holds(
        Fuzzing.Of("/", "/", "//", ".", "..", "%2e", "%2F", "%5c", "%00", "%", "\\", "@", ":", "evil.net", "http://evil.net", "?", "?a=b", "#", ";", "&", "a", "stub", "|", "^", "<", "\"", "{", "~", "+", "\u00e9"),
        async rest =>
        {
            var target = "/app/stub/" + rest;
            using var request = await TransformAsync(Request(target, "/app/stub/"));

            if (request.RequestUri is not { } address)
                return;
            Assert.Equal(("instance-1", 8501, ""), (address.Host, address.Port, address.UserInfo));
            Assert.Equal(target, address.PathAndQuery + address.Fragment);
            var path = target.Split('?')[0];
            Assert.DoesNotContain(path.Split('/'), part => part is "." or ".." || part.Contains("%2e", StringComparison.OrdinalIgnoreCase));
        }, 3000);

    [Fact]
    public void The_last_hop_that_no_trusted_proxy_vouches_for_is_the_client()
    {
        var pipeline = BehindProxies("10.0.0.0/8", "2001:db8::/32");
        var hops = Gen.Elements("10.0.0.1", "10.9.9.9", "2001:db8::1", "192.0.2.1", "192.0.2.2", "2001:db9::1", "::ffff:10.1.1.1", "::ffff:192.0.2.3");

        Fuzzing.Holds(hops.NonEmptyListOf(), async chain =>
        {
            var http = new DefaultHttpContext();
            http.Connection.RemoteIpAddress = IPAddress.Parse(chain[^1]);
            if (chain.Count > 1)
                http.Request.Headers["X-Forwarded-For"] = string.Join(", ", chain.SkipLast(1));

            await pipeline(http);

            var expected = Enumerable.Reverse(chain).FirstOrDefault(hop => !IsTrusted(hop)) ?? chain[0];
            Assert.Equal(NetworkNotation.Normalize(IPAddress.Parse(expected)), NetworkNotation.Normalize(http.Connection.RemoteIpAddress));
        }, 500);
    }

    private static bool IsTrusted(string hop) => hop.Contains("10.", StringComparison.Ordinal) || hop.StartsWith("2001:db8:", StringComparison.Ordinal);

    private static RequestDelegate BehindProxies(params string[] networks)
    {
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance).AddOptions();
        services.AddSingleton(Options.Create(new AccessOptions { TrustedProxies = networks }));
        var app = new ApplicationBuilder(services.BuildServiceProvider());
        app.UseTrustedProxies();
        app.Run(_ => Task.CompletedTask);
        return app.Build();
    }

    private static string Misspelled((string Name, List<bool> Changes) both) => string.Concat(both.Name.Select((letter, i) =>
        !both.Changes.ElementAtOrDefault(i) ? letter : letter is '-' ? '_' : char.IsUpper(letter) ? char.ToLowerInvariant(letter) : char.ToUpperInvariant(letter)));

    private static DefaultHttpContext Request(string target, string path)
    {
        var http = new DefaultHttpContext();
        http.Request.Method = "GET";
        http.Request.Scheme = "http";
        http.Request.Host = new HostString("portal");
        http.Request.Path = path;
        http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = target;
        http.Features.Set(Client);
        return http;
    }

    private static async Task<HttpRequestMessage> TransformAsync(HttpContext http)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, Instance);
        request.RequestUri = null;
        await new AppTransformer().TransformRequestAsync(http, request, Instance, TestContext.Current.CancellationToken);
        return request;
    }
}
