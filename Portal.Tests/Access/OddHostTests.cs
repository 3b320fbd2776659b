using System.Globalization;
using Xunit;

namespace Portal.Tests.Access;

/// <summary>A host that no web address holds is 400 before anything reads it; cookies are read as browsers write them.</summary>
public sealed class OddHostTests(PortalUnderTest portal) : IClassFixture<PortalUnderTest>
{
    public static readonly TheoryData<string> Odd = [.. OddHosts];

    private static string[] OddHosts =>
    [
        "", " ", ".", "..", "localhost..", ".portal", "a..b", new string('a', 300), new string('a', 64), string.Join('.', Enumerable.Repeat("abcdefg", 40)),
        "portal:99999", "portal:65536", "portal:0", "portal:080", "portal:", "portal:-1", "portal:8000:1", ":8000", "127.1", "2130706433", "0x7f000001", "0177.0.0.1",
        "127.0.0.1.", "1.2.3.4.5", "a.1", "[::1", "[]", "[portal]", "[127.0.0.1]", "[fe80::1%25eth0]", "::1", "xn--", "xn--.local", "a%2eb", "a_b:x", "-a.local", "a-",
    ];

    [Theory]
    [MemberData(nameof(Odd))]
    public async Task It_is_refused_before_anybody_looks_at_it(string host)
    {
        foreach (var path in (string[])["/", "/app/stub/echo", "/unauthorized/", "/healthz"])
        {
            var answer = await portal.SendAsync(PortalUnderTest.Admin,
                $"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\nConnection: close\r\n\r\n");

            Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("portal")]
    [InlineData("PORTAL.:8000")]
    [InlineData("a_b.local:1")]
    [InlineData("a-a.local:65535")]
    [InlineData("10.1.2.3:8000")]
    [InlineData("[fd00::1]:8000")]
    [InlineData("[::ffff:10.1.2.3]")]
    [InlineData("xn--wv7bl3c.local")]
    public async Task A_usual_one_is_answered(string host) =>
        Assert.StartsWith("HTTP/1.1 200", await portal.SendAsync(PortalUnderTest.Admin,
            $"GET / HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\nConnection: close\r\n\r\n"), StringComparison.Ordinal);

    [Theory]
    [InlineData("HTTP/1.0", "200")]
    [InlineData("HTTP/1.1", "400")]
    public async Task None_is_named_by_old_programs_alone(string version, string status) =>
        Assert.Equal(status, (await portal.SendAsync(PortalUnderTest.Admin, $"GET /healthz {version}\r\nConnection: close\r\n\r\n")).Split(' ')[1]);

    [Theory]
    [InlineData("portal-culture=c%3Dko|uic%3Dko", "ko")]
    [InlineData("a=b; portal-culture=c%3Dko|uic%3Dko", "ko")]
    [InlineData("a=1,portal-culture=c%3Dko|uic%3Dko", "en")]
    [InlineData("a=\"1; portal-culture=c%3Dko|uic%3Dko", "ko")]
    [InlineData("Portal-Culture=c%3Dko|uic%3Dko", "en")]
    [InlineData("=portal-culture=c%3Dko|uic%3Dko", "en")]
    [InlineData("portal-culture=\"c%3Dko|uic%3Dko\"", "en")]
    [InlineData("__Host-portal-culture=c%3Dko|uic%3Dko", "en")]
    [InlineData(";;=;=;,,\"", "en")]
    public async Task The_value_of_another_cookie_is_none_of_the_portals(string cookies, string language)
    {
        var answer = await portal.SendAsync(PortalUnderTest.User,
            $"GET / HTTP/1.1\r\nHost: portal\r\nAccept: text/html\r\nCookie: {cookies}\r\nConnection: close\r\n\r\n");

        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"<html lang=\"{language}\""), answer, StringComparison.Ordinal);
    }
}
