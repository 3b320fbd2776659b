using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Portal.Tests.Doubles;
using Xunit;

namespace Portal.Tests.Proxy;

/// <summary>Uploads stream through, up to a limit.</summary>
public sealed class UploadTests(UploadTests.Portal fixture) : IClassFixture<UploadTests.Portal>
{
    private const int LimitInBlocks = 160;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(150, false)]
    [InlineData(40, true)]
    [InlineData(0, false)]
    public async Task An_upload_arrives_whole(int blocks, bool isChunked)
    {
        using var content = new BlocksContent(blocks, isChunked);

        using var answer = await Client().PutAsync(Address("upload"), content, Cancelled);
        var told = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancelled);

        Assert.Equal((content.Length, content.Hash()), (told.GetProperty("bytes").GetInt64(), told.GetProperty("sha256").GetString()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_app_has_the_first_of_an_upload_before_the_client_sends_the_last(bool isChunked)
    {
        var client = Client();
        var before = await CountAsync(client, "upload began");
        using var content = new BlocksContent(2, isChunked, () => Eventually.TrueAsync(async () => await CountAsync(client, "upload began") > before));

        using var answer = await Client().PutAsync(Address("upload"), content, Cancelled);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task The_portal_keeps_no_more_of_an_upload_than_the_connections_do()
    {
        const int Own = 4 * 1024 * 1024;
        var connections = 2 * (MostBuffered("rmem") + MostBuffered("wmem")); // to the portal, and on to the app
        using var content = new BlocksContent(150);
        Assert.InRange(connections + Own, Own + 1, content.Length / 3 * 2);
        var client = Client();
        var uploading = client.PutAsync(Address("upload?hold=memory"), content, Cancelled);
        var last = -1L;
        await Eventually.TrueAsync(async () =>
        {
            // Nothing has moved for a while: client, portal and app are full.
            var now = content.Sent;
            await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, Cancelled);
            (last, var isStill) = (now, now > 0 && now == last);
            return isStill;
        });

        Assert.InRange(last, 1, connections + Own);

        await Client().GoAsync("memory");
        using var answer = await uploading;
        var told = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
        Assert.Equal(content.Hash(), told.GetProperty("sha256").GetString());
    }

    /// <summary>Bytes that the kernel keeps of one direction of a connection at most; tcp(7).</summary>
    private static long MostBuffered(string kind) =>
        long.Parse(File.ReadAllText($"/proc/sys/net/ipv4/tcp_{kind}").Split('\t')[^1], CultureInfo.InvariantCulture);

    [Fact]
    public async Task An_upload_that_does_not_tell_its_length_ends_at_the_limit()
    {
        var client = Client();
        var broken = await CountAsync(client, "broken off: /upload");
        using var content = new BlocksContent(LimitInBlocks + 1, isChunked: true);

        try
        {
            using var answer = await client.PutAsync(Address("upload"), content, Cancelled);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        }
        catch (HttpRequestException)
        {
            // The server has ended the connection while the client still sent; the answer can be lost with it.
        }

        await Eventually.TrueAsync(async () => await CountAsync(client, "broken off: /upload") > broken);
    }

    [Fact]
    public async Task An_upload_over_the_limit_is_refused_before_it_is_sent()
    {
        var connection = await fixture.UnderTest.ConnectFrom(PortalUnderTest.User);
        await connection.WriteAsync(Encoding.ASCII.GetBytes(
            $"PUT /app/stub/upload HTTP/1.1\r\nHost: portal\r\nContent-Length: {(LimitInBlocks << 20) + 1}\r\n\r\n"), Cancelled);
        using var reader = new StreamReader(connection, Encoding.ASCII);

        Assert.Equal("HTTP/1.1 413 Payload Too Large", await reader.ReadLineAsync(Cancelled));
    }

    [Fact]
    public async Task Who_asks_first_is_told_what_the_app_decides_however_long_it_takes()
    {
        var client = Client();
        var began = await CountAsync(client, "reject began");
        var connection = await fixture.UnderTest.ConnectFrom(PortalUnderTest.User);
        await connection.WriteAsync("PUT /app/stub/reject?hold=decision HTTP/1.1\r\nHost: portal\r\nExpect: 100-continue\r\nContent-Length: 1000000\r\n\r\n"u8.ToArray(), Cancelled);
        using var reader = new StreamReader(connection, Encoding.ASCII);
        var line = reader.ReadLineAsync(Cancelled).AsTask();
        await Eventually.TrueAsync(async () => await CountAsync(client, "reject began") > began);

        // Longer than clients of .NET wait by themselves.
        await Assert.ThrowsAsync<TimeoutException>(() => line.WaitAsync(TimeSpan.FromSeconds(2), Cancelled));
        await client.GoAsync("decision");

        Assert.Equal("HTTP/1.1 403 Forbidden", await line);
    }

    [Fact]
    public async Task Who_asks_first_sends_once_the_app_agrees()
    {
        var connection = await fixture.UnderTest.ConnectFrom(PortalUnderTest.User);
        await connection.WriteAsync("PUT /app/stub/upload HTTP/1.1\r\nHost: portal\r\nExpect: 100-continue\r\nContent-Length: 4\r\nConnection: close\r\n\r\n"u8.ToArray(), Cancelled);
        using var reader = new StreamReader(connection, Encoding.ASCII);

        Assert.Equal("HTTP/1.1 100 Continue", await reader.ReadLineAsync(Cancelled));
        Assert.Equal("", await reader.ReadLineAsync(Cancelled));
        await connection.WriteAsync("four"u8.ToArray(), Cancelled);
        Assert.Equal("HTTP/1.1 200 OK", await reader.ReadLineAsync(Cancelled));
    }

    [Theory]
    [InlineData("", "Content-Length: 10000000\r\n\r\n")]
    [InlineData("", "Transfer-Encoding: chunked\r\n\r\n10000\r\n")]
    [InlineData("?keep", "Content-Length: 10000000\r\n\r\n")]
    [InlineData("?keep", "Transfer-Encoding: chunked\r\n\r\n10000\r\n")]
    public async Task An_early_answer_reaches_a_client_that_sends_no_more_and_ends_both_connections(string query, string head)
    {
        var client = Client();
        using var before = await client.GetAsync(Address("echo"), Cancelled); // leaves a connection that is used again
        await before.Content.ReadAsStringAsync(Cancelled);
        for (var round = 0; round < 2; round++)
        {
            var over = await CountAsync(client, "reject over");
            var connection = await fixture.UnderTest.ConnectFrom(PortalUnderTest.User);
            await connection.WriteAsync(Encoding.ASCII.GetBytes($"PUT /app/stub/reject{query} HTTP/1.1\r\nHost: portal\r\n{head}{new string('x', 0x8000)}"), Cancelled);
            using var reader = new StreamReader(connection, Encoding.ASCII);

            var answer = await AnswerAsync(reader);

            Assert.StartsWith("HTTP/1.1 403 Forbidden", answer, StringComparison.Ordinal);
            Assert.Contains("Connection: close\r\n", answer, StringComparison.Ordinal);
            Assert.EndsWith("\r\n\r\nno", answer, StringComparison.Ordinal);
            await Eventually.TrueAsync(async () => await CountAsync(client, "reject over") > over);
        }
    }

    [Fact]
    public async Task An_early_answer_reaches_a_client_that_goes_on_sending_to_an_app_that_reads_no_more()
    {
        var connection = await fixture.UnderTest.ConnectFrom(PortalUnderTest.User);
        await connection.WriteAsync("PUT /app/stub/reject?keep&deaf=ear HTTP/1.1\r\nHost: portal\r\nContent-Length: 100000000\r\n\r\n"u8.ToArray(), Cancelled);
        using var reader = new StreamReader(connection, Encoding.ASCII);
        var sending = Task.Run(async () =>
        {
            for (var block = new byte[0x10000]; ;)
                await connection.WriteAsync(block, Cancelled);
        }, Cancelled);

        Assert.StartsWith("HTTP/1.1 403 Forbidden", await AnswerAsync(reader), StringComparison.Ordinal);
        await Assert.ThrowsAsync<IOException>(() => sending);
        await Client().GoAsync("ear");
    }

    [Fact]
    public async Task An_app_that_agrees_early_gets_all_of_an_upload()
    {
        using var content = new BlocksContent(20);

        using var answer = await Client().PutAsync(Address("agree"), content, Cancelled);

        Assert.Equal($"{content.Length}", await answer.Content.ReadAsStringAsync(Cancelled));
    }

    [Theory]
    [InlineData("Content-Length: 1000000\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n10000\r\n")]
    public async Task The_app_hears_of_a_client_that_breaks_off_an_upload(string head)
    {
        var rest = head + new string('x', 0x10000);
        var client = Client();
        var (began, broken) = (await CountAsync(client, "upload began"), await CountAsync(client, "broken off: /upload"));
        await using (var connection = await fixture.UnderTest.ConnectFrom(PortalUnderTest.User))
        {
            await connection.WriteAsync(Encoding.ASCII.GetBytes($"PUT /app/stub/upload HTTP/1.1\r\nHost: portal\r\n{rest}"), Cancelled);
            await Eventually.TrueAsync(async () => await CountAsync(client, "upload began") > began);
        }

        await Eventually.TrueAsync(async () => await CountAsync(client, "broken off: /upload") > broken);
    }

    /// <summary>All that comes until the connection ends, which is soon.</summary>
    private static async Task<string> AnswerAsync(StreamReader reader)
    {
        var answer = new StringBuilder();
        var buffer = new char[1024];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(TimeSpan.FromSeconds(20)); // a client that sends nothing is cut off after 30 s
        try
        {
            while (await reader.ReadAsync(buffer, limit.Token) is > 0 and var count)
                answer.Append(buffer, 0, count);
        }
        catch (IOException)
        {
            // Reset, as the portal does not wait for the rest.
        }

        return answer.ToString();
    }

    private static async Task<int> CountAsync(HttpClient client, string expected) =>
        (await client.EventsAsync()).Count(e => e.Equals(expected, StringComparison.Ordinal));

    private static Uri Address(string path) => new("/app/stub/" + path, UriKind.Relative);

    private HttpClient Client() => fixture.UnderTest.ClientFrom(PortalUnderTest.User);

    public sealed class Portal : IAsyncLifetime
    {
        public PortalUnderTest UnderTest { get; private set; } = new();

        public async ValueTask InitializeAsync()
        {
            await UnderTest.DisposeAsync();
            UnderTest = await PortalUnderTest.StartAsync(portal =>
                portal.Settings["Portal:Proxy:MaxRequestBodySize"] = $"{LimitInBlocks * 1024 * 1024}");
        }

        public ValueTask DisposeAsync() => UnderTest.DisposeAsync();
    }
}
