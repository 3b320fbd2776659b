using Portal.Tests.Doubles;
using Xunit;

namespace Portal.Tests.Proxy;

/// <summary>An answer reaches the client while the app still writes it, and either end's going away is felt at the other.</summary>
public sealed class StreamingTests(PortalUnderTest portal) : IClassFixture<PortalUnderTest>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_part_of_an_answer_arrives_before_the_next_is_sent()
    {
        var client = portal.ClientFrom(PortalUnderTest.User);
        using var answer = await client.GetAsync(
            Address("stream?lines=3&gate=parts"), HttpCompletionOption.ResponseHeadersRead, Cancelled);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancelled));

        for (var i = 0; i < 3; i++)
        {
            var line = reader.ReadLineAsync(Cancelled).AsTask();
            Assert.False(line.IsCompleted);
            await client.GoAsync("parts");
            Assert.Equal($"line {i}", await line);
        }

        Assert.Null(await reader.ReadLineAsync(Cancelled));
    }

    [Fact]
    public async Task A_large_download_arrives_whole()
    {
        const long Size = 100_000_001;
        using var answer = await portal.ClientFrom(PortalUnderTest.User).GetAsync(
            Address($"large?bytes={Size}"), HttpCompletionOption.ResponseHeadersRead, Cancelled);
        await using var body = await answer.Content.ReadAsStreamAsync(Cancelled);

        var (total, buffer) = (0L, new byte[1 << 16]);
        for (int read; (read = await body.ReadAsync(buffer, Cancelled)) > 0; total += read)
            Assert.Equal((byte)total, buffer[0]);

        Assert.Equal((Size, Size), (answer.Content.Headers.ContentLength, total));
    }

    [Fact]
    public async Task A_client_that_goes_away_cancels_its_request_at_the_app()
    {
        var client = portal.ClientFrom(PortalUnderTest.User);
        using var impatience = new CancellationTokenSource();
        var asking = client.GetAsync(Address("hang"), impatience.Token);
        await Eventually.TrueAsync(async () => (await client.EventsAsync()).Contains("hang began", StringComparer.Ordinal));

        await impatience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await Eventually.TrueAsync(async () => (await client.EventsAsync()).Contains("broken off: /hang", StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_answer_that_the_app_breaks_off_is_broken_off_for_the_client()
    {
        var client = portal.ClientFrom(PortalUnderTest.User);
        using var answer = await client.GetAsync(Address("half"), HttpCompletionOption.ResponseHeadersRead, Cancelled);
        await using var body = await answer.Content.ReadAsStreamAsync(Cancelled);
        await body.ReadExactlyAsync(new byte[4], Cancelled);

        await client.GoAsync("half");

        await Assert.ThrowsAnyAsync<IOException>(() => body.ReadExactlyAsync(new byte[1], Cancelled).AsTask()
            .WaitAsync(Eventually.Limit, TimeProvider.System, Cancelled));
    }

    [Fact]
    public async Task Who_is_connected_is_counted()
    {
        await portal.AddAsync(new("127.0.6.1", Portal.Data.Role.User));
        var client = portal.ClientFrom("127.0.6.1");
        using var one = await client.GetAsync(Address("stream?lines=1&gate=g"), HttpCompletionOption.ResponseHeadersRead, Cancelled);
        using var other = await client.GetAsync(Address("stream?lines=1&gate=g"), HttpCompletionOption.ResponseHeadersRead, Cancelled);
        var socket = await portal.WebSocketFrom("127.0.6.1", "/app/stub/ws");
        Assert.Equal(3, Assert.Single(portal.InstancesOf("127.0.6.1")).LiveConnections);

        socket.Abort();
        await client.GoAsync("g");
        await client.GoAsync("g");

        await Eventually.TrueAsync(() => portal.InstancesOf("127.0.6.1").Single().LiveConnections is 0);
    }

    private static Uri Address(string path) => new("/app/stub/" + path, UriKind.Relative);
}
