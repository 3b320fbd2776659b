using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Portal.Data;
using Portal.Web.Access;
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
        var passed = AppHeaders.WithoutOwn(lines.ToArray());

        var foreign = sent.Where(cookie => cookie.Length > 0 && !cookie.StartsWith("portal-", StringComparison.OrdinalIgnoreCase));
        if (passed is null)
            Assert.DoesNotContain(sent, cookie => cookie.StartsWith("portal-", StringComparison.OrdinalIgnoreCase));
        else
            Assert.Equal(foreign, passed.Split(';').Select(cookie => cookie.Trim(' ', '\t')).Where(cookie => cookie.Length > 0), StringComparer.Ordinal);
    }, 3000);

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
        Hosts.Where(host => host.Length > 0 && !host.Contains("xn--", StringComparison.Ordinal)).Two().Zip(Gen.Elements("http", "https")), both =>
        {
            var ((host, other), scheme) = both;
            var request = new DefaultHttpContext().Request;
            request.Method = "POST";
            request.Headers.Host = host;

            request.Headers.Origin = $"{scheme}://{host}";
            Assert.False(RequestOrigin.IsForeign(request, Together));
            request.Headers.Origin = $"{scheme}://{other}";
            Assert.Equal(!host.Equals(other, StringComparison.OrdinalIgnoreCase), RequestOrigin.IsForeign(request, Together));
            request.Headers.Origin = $"{scheme}://{host}.evil.net";
            Assert.True(RequestOrigin.IsForeign(request, Together));
            foreach (var word in new[] { "null", "", "://", $"{scheme}://{host}://{host}", other })
            {
                request.Headers.Origin = word;
                Assert.True(RequestOrigin.IsForeign(request, Together), word);
            }
        }, 5000);

    [Fact]
    public void Nothing_that_a_client_sends_under_the_portals_names_reaches_an_app() => Fuzzing.Holds(
        Gen.Elements("X-Portal-Client", "X-Portal-Role", "X-Portal-User", "X-Portal-New", "X-Forwarded-For", "X-Forwarded-Prefix", "X-Forwarded-Whatever", "X-Real-IP", "X-Streamlit-User", "Forwarded")
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
