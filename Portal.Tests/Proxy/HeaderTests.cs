using System.Text;
using System.Text.Json;
using Portal.Data;
using Portal.Tests.Doubles;
using Xunit;

namespace Portal.Tests.Proxy;

/// <summary>The portal's own headers reach the app in place of whatever the client sent under their names.</summary>
public sealed class HeaderTests(PortalUnderTest portal) : IClassFixture<PortalUnderTest>
{
    private static readonly string[] Forged =
    [
        "X-Forwarded-For: 127.0.0.1", "X-Forwarded-Proto: gopher", "X-Forwarded-Host: evil", "X-Forwarded-Prefix: /evil",
        "X-Forwarded-Port: 1", "X-Portal-Client: 127.0.0.1", "X-Portal-Role: Admin", "X-Portal-User: admin", "X-Portal-Other: 1",
        "X_Forwarded_For: 127.0.0.1", "X_Portal_Role: Admin", "x-portal_role: Admin", "x_streamlit-user: admin",
        "X-Original-For: 127.0.0.1", "X-Original-URL: /admin", "X-Client-IP: 127.0.0.1", "X-Cluster-Client-IP: 127.0.0.1",
        "True-Client-IP: 127.0.0.1", "CF-Connecting-IP: 127.0.0.1", "X-Portal: 1", "X_Original_Host: evil", "x_client_ip: 127.0.0.1",
        "X-ProxyUser-Ip: 127.0.0.1", "Fastly-Client-IP: 127.0.0.1", "X-Envoy-External-Address: 127.0.0.1", "X-Forwarded: 127.0.0.1",
        "Forwarded-For: 127.0.0.1", "Client-IP: 127.0.0.1", "X-Azure-ClientIP: 127.0.0.1", "Remote-User: admin", "X-Remote-User: admin",
        "X-Auth-Request-User: admin", "X-SSL-Client-Verify: SUCCESS", "X-Streamlit-User: admin", "X-Real-IP: 127.0.0.1", "Forwarded: for=127.0.0.1",
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Forged_copies_are_dropped_and_the_rest_passes()
    {
        var headers = await AskAsync(PortalUnderTest.User,
            [.. Forged, "Host: Portal.Example:8000", "Accept-Encoding: gzip, br", "Accept-Language: ko", "X-Own: 1", "X-Own: 2", "Origin: http://x"]);

        Assert.Equal(
            [
                "Accept-Encoding", "Accept-Language", "Host", "Origin", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Prefix",
                "X-Forwarded-Proto", "X-Own", "X-Portal-Client", "X-Portal-Role", "X-Portal-User",
            ],
            headers.Names.Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.Equal((PortalUnderTest.User, "http", "Portal.Example:8000", "/app/stub"),
            (headers["X-Forwarded-For"], headers["X-Forwarded-Proto"], headers["X-Forwarded-Host"], headers["X-Forwarded-Prefix"]));
        Assert.Equal((PortalUnderTest.User, "User", PortalUnderTest.User),
            (headers["X-Portal-Client"], headers["X-Portal-Role"], headers["X-Portal-User"]));
        Assert.Equal("Portal.Example:8000", headers["Host"]);
        Assert.Equal(("gzip, br", "ko", "http://x"), (headers["Accept-Encoding"], headers["Accept-Language"], headers["Origin"]));
        Assert.Contains(headers["X-Own"], (string[])["1 | 2", "1, 2", "1,2"], StringComparer.Ordinal);
    }

    [Fact]
    public async Task They_are_on_a_web_sockets_handshake_too()
    {
        var socket = await portal.WebSocketFrom(PortalUnderTest.User, "/app/stub/ws/tells", options =>
        {
            foreach (var header in Forged)
                options.SetRequestHeader(header.Split(':')[0], header.Split(':')[1].Trim());
        });

        var buffer = new byte[8192];
        var told = await socket.ReceiveAsync(buffer, Cancelled);
        var headers = new ToldHeaders(JsonElement.Parse(Encoding.UTF8.GetString(buffer, 0, told.Count)));

        Assert.Equal((PortalUnderTest.User, PortalUnderTest.User, "User", PortalUnderTest.User),
            (headers["X-Forwarded-For"], headers["X-Portal-Client"], headers["X-Portal-Role"], headers["X-Portal-User"]));
        Assert.DoesNotContain("X-Streamlit-User", headers.Names, StringComparer.OrdinalIgnoreCase);
        Assert.DoesNotContain(headers.Names, name => name.Contains('_', StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_label_of_any_script_arrives_percent_encoded()
    {
        await portal.AddAsync(new RegisteredIpDraft("127.0.5.1", Role.Admin, Label: "김 관리자, 1%"));

        var headers = await AskAsync("127.0.5.1", ["Host: portal"]);

        Assert.Equal("김 관리자, 1%", Uri.UnescapeDataString(headers["X-Portal-User"]));
        Assert.Equal("Admin", headers["X-Portal-Role"]);
        Assert.All(headers["X-Portal-User"], character => Assert.InRange(character, '!', '~'));
    }

    [Theory]
    [InlineData("_streamlit_xsrf=2|a%7C\"b\"|1; other=x y; third")]
    [InlineData("a=1;b=2")]
    [InlineData("한=글")]
    public async Task Cookies_pass_untouched(string cookies)
    {
        var (head, body) = await AskRawAsync(PortalUnderTest.User, "/app/stub/cookies", ["Host: portal", $"Cookie: {cookies}"]);

        Assert.Equal(cookies, body);
        Assert.Contains("\r\nSet-Cookie: _streamlit_xsrf=2|a%7C\"b\"|1; Path=/\r\n", head, StringComparison.Ordinal);
        Assert.Contains("\r\nSet-Cookie: second=2; HttpOnly; Path=/x\r\n", head, StringComparison.Ordinal);
    }

    private async Task<ToldHeaders> AskAsync(string client, IEnumerable<string> headers)
    {
        var (_, body) = await AskRawAsync(client, "/app/stub/echo", headers);
        return new ToldHeaders(JsonElement.Parse(body).GetProperty("headers"));
    }

    private async Task<(string Head, string Body)> AskRawAsync(string client, string path, IEnumerable<string> headers)
    {
        var connection = await portal.ConnectFrom(client);
        var text = string.Join("\r\n", [$"GET {path} HTTP/1.1", .. headers, "Connection: close", "", ""]);
        await connection.WriteAsync(Encoding.UTF8.GetBytes(text), Cancelled);
        using var reader = new StreamReader(connection, Encoding.UTF8);
        var answer = await reader.ReadToEndAsync(Cancelled);
        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        var end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return (answer[..(end + 2)], answer[(end + 4)..]);
    }
}
