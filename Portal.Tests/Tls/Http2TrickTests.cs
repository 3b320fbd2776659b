using System.Net;
using System.Net.Security;
using System.Text.Json;
using Portal.Tests.Doubles;
using Xunit;

namespace Portal.Tests.Tls;

/// <summary>
/// Requests of HTTP/2 that no browser sends, frame by frame. None reaches an instance that is not the client's own, none changes who
/// the client is, none breaks the portal. Those of HTTP/1.1 are in <see cref="Proxy.RequestTrickTests"/>.
/// </summary>
public sealed class Http2TrickTests(TlsPortal fixture) : IClassFixture<TlsPortal>
{
    private const string Refused = "refused";

    /// <summary>The path, and what comes of it: a status, and what the app was asked for where it was.</summary>
    public static readonly TheoryData<string, string> Paths = new()
    {
        { "/app/stub/a%2Fb", "200 /app/stub/a%2Fb" },
        { "/app/%73tub/echo", "200 /app/stub/echo" },
        { "/app/stub/%252e%252e/admins/", "200 /app/stub/%252e%252e/admins/" },
        { "/app/stub/../admins/echo", "404" },
        { "/app/stub/%2e%2e/admins/echo", "404" },
        { "/app/admins/../stub/echo", "200 /app/stub/echo" },
        { "/app/STUB/echo", "404" },
        { "//app/stub/echo", "404" },
        { "/app\\stub\\echo", "404" },
        { "/app/stub/%00", Refused },
        { "app/stub/echo", Refused },
        { "https://portal/app/admins/echo", Refused },
        { "*", Refused },
        { "", Refused },
    };

    /// <summary>Further fields as <c>name=value</c>, in the place of those of the same name, a bar between them.</summary>
    public static readonly TheoryData<string, string> Fields = new()
    {
        { "host=127.0.0.1", "200" },
        { "x-portal-client=127.0.0.1|x-forwarded-for=127.0.0.1|forwarded=for=127.0.0.1", "200" },
        { "x_portal_client=127.0.0.1", "200" },
        { ":authority=evil.net", "421" },
        { ":authority=evil.net|host=portal", "421" },
        { ":authority=portal/app/admins", Refused },
        { ":authority=portal, 127.0.0.1", Refused },
        { "host=portal|host=127.0.0.1", "200" },
        { ":scheme=http", Refused },
        { ":scheme=ftp", Refused },
        { ":method=TRACE", "405" },
        { ":method=CONNECT", Refused },
        { ":method=CONNECT|:protocol=connect-udp", "405" },
        { ":method=CONNECT|:protocol=websocket|:path=/app/admins/ws", "404" },
        { ":method=CONNECT|:protocol=websocket|origin=https://evil.net", "403" },
        { ":protocol=websocket", Refused },
        { ":status=200", Refused },
        { ":other=1", Refused },
        { "x-late=1|:path=/app/admins/echo", Refused },
        { "X-Upper=1", Refused },
        { "connection=close", Refused },
        { "transfer-encoding=chunked", "200" },
        { "upgrade=websocket", "200" },
        { "te=gzip", Refused },
        { "content-length=5", Refused },
        { "x-bare=a\r\nhost: 127.0.0.1", Refused },
        { "x-null=a\0b", Refused },
    };

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task An_address_leads_to_ones_own_app_or_nowhere(string path, string outcome)
    {
        var (status, body) = await AskAsync($":path={path}");

        Assert.Equal(outcome.Split(' ')[0], status);
        if (outcome.Split(' ') is [_, var target])
            Assert.Contains($"\"target\": \"{target}\"", body, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public async Task A_head_is_plain_or_refused_and_changes_nobody(string fields, string outcome)
    {
        var (status, body) = await AskAsync(fields.Split('|'));

        Assert.Equal(outcome, status);
        if (status is not "200")
            return;
        var headers = new ToldHeaders(JsonElement.Parse(body).GetProperty("headers"));
        Assert.Equal((PortalUnderTest.User, "portal", "", ""), (headers["X-Portal-Client"], headers["Host"], headers["Transfer-Encoding"], headers["Upgrade"]));
    }

    [Theory]
    [InlineData(1, 66_000)]
    [InlineData(200, 10)]
    public async Task A_head_that_is_too_large_is_refused(int fields, int length)
    {
        var (status, _) = await AskAsync([.. Enumerable.Repeat($"x-large={new string('x', length)}", fields)]);

        Assert.Contains(status, new[] { "431", Refused }, StringComparer.Ordinal);
    }

    [Fact]
    public async Task Of_what_follows_the_body_of_an_answer_that_passes_which_rules_the_answer_alone()
    {
        using var invoker = TlsPortal.InvokerFrom(fixture.Portal, PortalUnderTest.User);
        using var request = new HttpRequestMessage(HttpMethod.Post, "https://portal/app/stub/heads")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new StringContent("X-Own: 1\r\n---\r\nX-Sum: 42\r\nNEL: {}\r\nReporting-Endpoints: a=\"b\"\r\n"),
        };

        using var answer = await invoker.SendAsync(request, TestContext.Current.CancellationToken);
        await answer.Content.LoadIntoBufferAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["X-Sum"], answer.TrailingHeaders.Select(header => header.Key), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>A usual request, but for these fields; no other instance is ever told in the answer.</summary>
    private async Task<(string Status, string Body)> AskAsync(params string[] changes)
    {
        List<(string Name, string Value)> fields =
            [(":method", "GET"), (":scheme", "https"), (":authority", "portal"), (":path", "/app/stub/echo")];
        foreach (var (name, value) in changes.Select(change => change.Split('=', 2)).Select(pair => (pair[0], pair[1])))
        {
            var same = fields.FindIndex(field => field.Name.Equals(name, StringComparison.Ordinal) && changes[0].StartsWith(':'));
            if (same >= 0)
                fields[same] = (name, value);
            else
                fields.Insert(name[0] is ':' && changes[0][0] is ':' ? 1 : fields.Count, (name, value));
        }

        await using var stream = await TlsPortal.OpenAsync(fixture.Portal, PortalUnderTest.User, SslApplicationProtocol.Http2);
        var answer = await new Http2Client(stream).AskAsync([.. fields]);
        Assert.DoesNotContain("\"target\": \"/app/admins", answer.Body, StringComparison.Ordinal);
        return answer;
    }
}
