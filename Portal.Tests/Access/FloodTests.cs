using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Portal.Data;
using Xunit;

namespace Portal.Tests.Access;

/// <summary>Who asks without end is answered in few words, takes no place from others, and is forgotten after a while.</summary>
public sealed class FloodTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stranger_who_asks_without_end_is_told_to_wait_and_others_notice_nothing()
    {
        await using var portal = await PortalUnderTest.StartAsync(test => test.Settings["Portal:Access:RefusedPerMinute"] = "5");
        var stranger = portal.ClientFrom(PortalUnderTest.Stranger);
        var codes = new List<HttpStatusCode>();
        for (var i = 0; i < 8; i++)
        {
            using var answer = await stranger.GetAsync(new Uri("/app/stub/echo", UriKind.Relative), Cancelled);
            codes.Add(answer.StatusCode);
            Assert.Equal(answer.StatusCode is HttpStatusCode.TooManyRequests, answer.Headers.RetryAfter is not null);
        }

        using var other = await portal.ClientFrom("127.0.0.201").GetAsync(new Uri("/app/stub/echo", UriKind.Relative), Cancelled);
        using var user = await portal.ClientFrom(PortalUnderTest.User).GetAsync(new Uri("/app/stub/echo", UriKind.Relative), Cancelled);

        Assert.Equal(Enumerable.Repeat(HttpStatusCode.Forbidden, 5).Concat(Enumerable.Repeat(HttpStatusCode.TooManyRequests, 3)), codes);
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.OK), (other.StatusCode, user.StatusCode));
    }

    [Fact]
    public async Task An_address_that_opens_connection_after_connection_takes_none_from_others_and_gets_back_what_it_closes()
    {
        await using var portal = await PortalUnderTest.StartAsync(test => test.Settings["Portal:Access:MaxConnections"] = "3");
        var held = new List<NetworkStream>();
        for (var i = 0; i < 3; i++)
            held.Add(await AskedAsync(portal, PortalUnderTest.User, "200"));

        Assert.Equal("", await ConnectedAsync(portal, PortalUnderTest.User));
        await AskedAsync(portal, PortalUnderTest.OtherUser, "200");
        await held[0].DisposeAsync();

        await Eventually.TrueAsync(async () => await ConnectedAsync(portal, PortalUnderTest.User) is "200");
    }

    [Fact]
    public async Task Who_has_apps_started_without_end_is_told_to_wait()
    {
        await using var portal = await PortalUnderTest.StartAsync(test =>
        {
            test.Settings["Portal:Launch:LaunchesPerMinute"] = "1";
            test.Settings["Portal:Access:Bootstrap:1:Role"] = nameof(Role.Admin);
        });
        var client = portal.ClientFrom(PortalUnderTest.User);
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");

        using var first = await client.GetAsync(new Uri("/app/stub/echo", UriKind.Relative), Cancelled);
        using var second = await client.GetAsync(new Uri("/app/admins/echo", UriKind.Relative), Cancelled);
        using var again = await client.GetAsync(new Uri("/app/stub/echo", UriKind.Relative), Cancelled);
        using var other = await portal.ClientFrom(PortalUnderTest.OtherUser).GetAsync(new Uri("/app/stub/echo", UriKind.Relative), Cancelled);

        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK, HttpStatusCode.OK],
            new[] { first, second, again, other }.Select(answer => answer.StatusCode));
        Assert.Contains("too often", await second.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.NotNull(second.Headers.RetryAfter);
    }

    [Fact]
    public async Task An_upload_that_trickles_is_given_up_and_a_socket_that_says_nothing_is_not()
    {
        await using var portal = await PortalUnderTest.StartAsync(_ => { });
        using var socket = await portal.WebSocketFrom(PortalUnderTest.User, "/app/stub/ws");
        var upload = await portal.ConnectFrom(PortalUnderTest.User);
        await upload.WriteAsync(Encoding.ASCII.GetBytes("PUT /app/stub/upload HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\n"), Cancelled);
        var answer = AnswerAsync(upload);

        await Eventually.TrueAsync(async () =>
        {
            await TrickleAsync(upload);
            return answer.IsCompleted;
        });

        Assert.Equal("408", await answer);
        Assert.Equal(WebSocketState.Open, socket.State);
        await socket.SendAsync(Encoding.UTF8.GetBytes("there"), WebSocketMessageType.Text, endOfMessage: true, Cancelled);
        var heard = await socket.ReceiveAsync(new byte[1024], Cancelled);
        Assert.Equal(WebSocketMessageType.Text, heard.MessageType);
    }

    private static async Task TrickleAsync(NetworkStream upload)
    {
        try
        {
            await upload.WriteAsync(new byte[1], Cancelled);
        }
        catch (IOException)
        {
            // It was given up.
        }
    }

    private static async Task<NetworkStream> AskedAsync(PortalUnderTest portal, string address, string code)
    {
        var stream = await portal.ConnectFrom(address);
        Assert.Equal(code, await AnswerAsync(stream));
        return stream;
    }

    /// <summary>The status of a request by a new connection; empty where that is reset, which can come before it is connected.</summary>
    private static async Task<string> ConnectedAsync(PortalUnderTest portal, string address)
    {
        try
        {
            return await AnswerAsync(await portal.ConnectFrom(address));
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset)
        {
            return "";
        }
    }

    /// <summary>The status that a request for the home page has, or that one under way has; empty where the connection is closed.</summary>
    private static async Task<string> AnswerAsync(NetworkStream stream)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"), Cancelled);
            var read = await stream.ReadAsync(buffer, Cancelled);
            return Encoding.ASCII.GetString(buffer, 0, read).Split(' ').ElementAtOrDefault(1) ?? "";
        }
        catch (IOException)
        {
            return "";
        }
    }
}
