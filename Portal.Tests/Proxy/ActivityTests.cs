using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Portal.Data;
using Xunit;

namespace Portal.Tests.Proxy;

/// <summary>What a person does keeps their instance; what pages, pings and the app itself do does not.</summary>
public sealed class ActivityTests(PortalUnderTest portal) : IClassFixture<PortalUnderTest>
{
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan VeryOften = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Limit = Eventually.Limit;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_socket_that_only_gets_pushes_and_pings_is_idle_and_one_that_sends_texts_is_kept()
    {
        await using var hasty = await PortalUnderTest.StartAsync(test => test.Settings["Portal:Launch:IdleTimeout"] = "00:00:03");
        using var typing = await hasty.WebSocketFrom(PortalUnderTest.User, "/app/stub/ws");
        var process = Assert.Single(hasty.InstancesOf(PortalUnderTest.User)).ProcessId;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var typed = TypeAsync(typing, over.Token);

        using var watching = await hasty.WebSocketFrom(
            PortalUnderTest.OtherUser, "/app/stub/ws/pushes", options => options.KeepAliveInterval = VeryOften);
        var pushes = await PushesAsync(watching);

        Assert.InRange(pushes, 10, 300);
        await Eventually.TrueAsync(() => hasty.InstancesOf(PortalUnderTest.OtherUser).Count is 0);
        using (var poll = await hasty.ClientFrom(PortalUnderTest.OtherUser).GetAsync(At("_stcore/health"), Cancelled))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, poll.StatusCode);
        Assert.Equal(process, Assert.Single(hasty.InstancesOf(PortalUnderTest.User)).ProcessId);
        Assert.False(typed.IsCompleted, "typing was broken off");
        await over.CancelAsync();
        Assert.True(await typed > 5);
    }

    [Fact]
    public async Task Work_that_a_person_began_is_not_idle_until_it_has_taken_too_long()
    {
        await using var hasty = await PortalUnderTest.StartAsync(test =>
        {
            test.Settings["Portal:Launch:IdleTimeout"] = "00:00:02";
            test.Settings["Portal:Launch:MaxBusyTime"] = "00:00:06";
        });
        using var socket = await hasty.WebSocketFrom(PortalUnderTest.User, "/app/stub/ws");
        var began = TimeProvider.System.GetTimestamp();
        await socket.SendAsync("work"u8.ToArray(), WebSocketMessageType.Text, true, Cancelled);
        await Eventually.TrueAsync(() => hasty.InstancesOf(PortalUnderTest.User).SingleOrDefault()?.BusyFor is not null);

        Assert.InRange(await PushesAsync(socket), 30, 1000);

        await Eventually.TrueAsync(() => hasty.InstancesOf(PortalUnderTest.User).Count is 0);
        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.FromSeconds(7.5), Limit);
    }

    [Fact]
    public async Task A_text_moves_the_last_activity_and_a_ping_does_not()
    {
        const string Client = "127.0.6.11";
        await portal.AddAsync(new(Client, Role.User));
        using var socket = await portal.WebSocketFrom(Client, "/app/stub/ws", options =>
        {
            options.KeepAliveInterval = VeryOften;
            options.KeepAliveTimeout = TimeSpan.FromSeconds(20);
        });
        var opened = LastActivity(Client);

        // What comes back tells that the portal has seen it.
        await socket.SendAsync(ReadOnlyMemory<byte>.Empty, WebSocketMessageType.Text, true, Cancelled);
        Assert.Equal(0, (await socket.ReceiveAsync(new byte[1], Cancelled)).Count);
        var texted = LastActivity(Client);
        Assert.True(texted > opened);

        using var pushing = await portal.WebSocketFrom(Client, "/app/stub/ws/pushes", options => options.KeepAliveInterval = VeryOften);
        for (var pushes = 0; pushes < 10; pushes++)
            await pushing.ReceiveAsync(new byte[16], Cancelled);
        await pushing.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancelled);
        Assert.Equal(texted, LastActivity(Client));
    }

    [Fact]
    public async Task Each_fragment_of_a_large_message_counts_and_passes_unchanged()
    {
        const string Client = "127.0.6.12";
        await portal.AddAsync(new(Client, Role.User));
        using var socket = await portal.WebSocketFrom(Client, "/app/stub/ws");
        var (sent, received) = (RandomNumberGenerator.GetBytes(5 * 1024 * 1024), new byte[5 * 1024 * 1024]);
        var (last, at) = (LastActivity(Client), 0);

        foreach (var fragment in sent.Chunk(1024 * 1024))
        {
            var isEnd = at + fragment.Length == sent.Length;
            await socket.SendAsync(fragment, WebSocketMessageType.Binary, isEnd, Cancelled);
            for (var end = at + fragment.Length; at < end;)
                at += (await socket.ReceiveAsync(received.AsMemory(at), Cancelled)).Count;
            Assert.True(LastActivity(Client) > last);
            last = LastActivity(Client);
        }

        Assert.True(received.AsSpan().SequenceEqual(sent));
    }

    [Fact]
    public async Task What_no_frame_can_be_counts_and_passes_all_the_same()
    {
        const string Client = "127.0.6.18";
        await portal.AddAsync(new(Client, Role.User));
        (await portal.ClientFrom(Client).GetAsync(At(""), Cancelled)).Dispose();
        await Eventually.TrueAsync(() => portal.InstancesOf(Client).Single().LiveConnections is 0);
        var before = LastActivity(Client);
        await using var stream = await portal.ConnectFrom(Client);

        // Opcode 3 is reserved; it comes in one piece with the request.
        byte[] sent = [0x83, 0x82, 0, 0, 0, 0, (byte)'h', (byte)'i'];
        await stream.WriteAsync((byte[])[.. "GET /app/stub/ws HTTP/1.1\r\nHost: portal\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"u8,
            .. "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"u8, .. sent], Cancelled);
        var received = new List<byte>();
        while (received is not [.., 0x83, 2, (byte)'h', (byte)'i'])
        {
            var next = new byte[1];
            await stream.ReadExactlyAsync(next, Cancelled);
            received.AddRange(next);
        }

        Assert.True(LastActivity(Client) > before);
    }

    [Theory]
    [InlineData("127.0.6.13", "GET", "", true)]
    [InlineData("127.0.6.14", "GET", "media/picture.png", true)]
    [InlineData("127.0.6.15", "PUT", "_stcore/upload_file/session/file", true)]
    [InlineData("127.0.6.27", "POST", "_stcore/agent/v1/run", true)]
    [InlineData("127.0.6.16", "GET", "_stcore/health", false)]
    [InlineData("127.0.6.17", "GET", "_stcore/host-config", false)]
    public async Task A_request_counts_unless_the_page_makes_it_by_itself(string client, string method, string path, bool counts)
    {
        await portal.AddAsync(new(client, Role.User));
        var browser = portal.ClientFrom(client);
        (await browser.GetAsync(At(""), Cancelled)).Dispose();
        await Eventually.TrueAsync(() => portal.InstancesOf(client).Single().LiveConnections is 0);
        var before = LastActivity(client);

        using var request = new HttpRequestMessage(new HttpMethod(method), At(path));
        using var answer = await browser.SendAsync(request, Cancelled);
        await Eventually.TrueAsync(() => portal.InstancesOf(client).Single().LiveConnections is 0);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(counts, LastActivity(client) > before);
    }

    [Fact]
    public async Task When_all_places_are_taken_an_open_page_is_not_cut_for_a_newcomer()
    {
        await using var small = await PortalUnderTest.StartAsync(test => test.Settings["Portal:Launch:MaxInstances"] = "1");
        using var socket = await small.WebSocketFrom(PortalUnderTest.User, "/app/stub/ws");

        using var refused = await small.ClientFrom(PortalUnderTest.OtherUser).GetAsync(At(""), Cancelled);
        await socket.SendAsync("here"u8.ToArray(), WebSocketMessageType.Text, true, Cancelled);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal(4, (await socket.ReceiveAsync(new byte[16], Cancelled)).Count);
    }

    private static Uri At(string path) => new("/app/stub/" + path, UriKind.Relative);

    private DateTimeOffset LastActivity(string client) => portal.InstancesOf(client).Single().LastActivity;

    /// <summary>Sends a text twice a second until cancelled; says how many came back.</summary>
    private static async Task<int> TypeAsync(WebSocket socket, CancellationToken cancelled)
    {
        using var timer = new PeriodicTimer(Often, TimeProvider.System);
        var (texts, buffer) = (0, new byte[16]);
        try
        {
            do
            {
                await socket.SendAsync(Encoding.ASCII.GetBytes("a"), WebSocketMessageType.Text, true, cancelled);
                texts += (await socket.ReceiveAsync(buffer, cancelled)).Count;
            }
            while (await timer.WaitForNextTickAsync(cancelled));
        }
        catch (OperationCanceledException)
        {
            // The test has seen enough.
        }

        return texts;
    }

    /// <summary>Receives until the connection ends, and so answers pings; says how many texts came.</summary>
    private static async Task<int> PushesAsync(WebSocket socket)
    {
        var (pushes, buffer) = (0, new byte[16]);
        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, Cancelled);
        try
        {
            while ((await socket.ReceiveAsync(buffer, either.Token)).MessageType is WebSocketMessageType.Text)
                pushes++;
        }
        catch (WebSocketException)
        {
            // The app is stopped without a word to its sockets.
        }

        return pushes;
    }
}
