using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Portal.Data;
using Portal.Tests.Doubles;
using Xunit;

namespace Portal.Tests.Proxy;

public sealed class WebSocketTests(PortalUnderTest portal) : IClassFixture<PortalUnderTest>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Texts_and_bytes_go_both_ways()
    {
        var socket = await OpenAsync("ws");

        Assert.Equal("안녕", await EchoAsync(socket, "안녕"));
        Assert.Equal("", await EchoAsync(socket, ""));

        var sent = RandomNumberGenerator.GetBytes(5 * 1024 * 1024);
        await socket.SendAsync(sent, WebSocketMessageType.Binary, true, Cancelled);
        var (type, received) = await ReceiveAsync(socket);
        Assert.Equal(WebSocketMessageType.Binary, type);
        Assert.True(received.AsSpan().SequenceEqual(sent));
    }

    [Fact]
    public async Task The_subprotocol_is_negotiated_between_client_and_app()
    {
        var socket = await OpenAsync("ws/tells", "streamlit", "2|abc|def|123", "session-1");
        var (_, told) = await ReceiveAsync(socket);
        var headers = new ToldHeaders(JsonElement.Parse(told));

        Assert.Equal("streamlit", socket.SubProtocol);
        Assert.Equal("streamlit, 2|abc|def|123, session-1", headers["Sec-WebSocket-Protocol"]);
    }

    [Fact]
    public async Task A_close_by_the_client_reaches_the_app_with_its_code()
    {
        var socket = await OpenAsync("ws");

        await socket.CloseAsync((WebSocketCloseStatus)4002, "bye", Cancelled);

        Assert.Equal((4002, "bye"), ((int?)socket.CloseStatus, socket.CloseStatusDescription));
        await EventAsync("closed with 4002");
    }

    [Fact]
    public async Task A_close_by_the_app_reaches_the_client_with_its_code()
    {
        var socket = await OpenAsync("ws/closes");

        var closing = await socket.ReceiveAsync(new byte[16], Cancelled);
        await socket.CloseAsync((WebSocketCloseStatus)4003, null, Cancelled);

        Assert.Equal((WebSocketMessageType.Close, 4001, "안녕"),
            (closing.MessageType, (int?)socket.CloseStatus, socket.CloseStatusDescription));
        await EventAsync("closed with 4003");
    }

    [Fact]
    public async Task The_app_hears_of_a_client_that_is_gone_without_a_word()
    {
        var socket = await OpenAsync("ws");

        socket.Abort();

        await EventAsync("socket broken off");
    }

    [Fact]
    public async Task Twenty_at_once_are_kept_apart()
    {
        const string Client = "127.0.6.2";
        await portal.AddAsync(new(Client, Role.User));
        var sockets = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => portal.WebSocketFrom(Client, "/app/stub/ws")));

        var answers = await Task.WhenAll(sockets.Select((socket, i) => EchoAsync(socket, $"socket {i}")));

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"socket {i}"), answers, StringComparer.Ordinal);
        Assert.Equal(20, portal.InstancesOf(Client).Single().LiveConnections);
        await Task.WhenAll(sockets.Select(socket => socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancelled)));
        await Eventually.TrueAsync(() => portal.InstancesOf(Client).Single().LiveConnections is 0);
    }

    private static async Task<string> EchoAsync(WebSocket socket, string text)
    {
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, Cancelled);
        var (type, data) = await ReceiveAsync(socket);
        Assert.Equal(WebSocketMessageType.Text, type);
        return Encoding.UTF8.GetString(data);
    }

    private static async Task<(WebSocketMessageType Type, byte[] Data)> ReceiveAsync(WebSocket socket)
    {
        using var data = new MemoryStream();
        var buffer = new byte[1 << 16];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, Cancelled);
            data.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
                return (part.MessageType, data.ToArray());
        }
    }

    private Task<ClientWebSocket> OpenAsync(string path, params string[] protocols) =>
        portal.WebSocketFrom(PortalUnderTest.User, "/app/stub/" + path, options => Array.ForEach(protocols, options.AddSubProtocol));

    private Task EventAsync(string expected)
    {
        var client = portal.ClientFrom(PortalUnderTest.User);
        return Eventually.TrueAsync(async () => (await client.EventsAsync()).Contains(expected, StringComparer.Ordinal));
    }
}
