using System.Net;
using System.Net.WebSockets;
using Portal.Tests.Doubles;
using Portal.Web.Launch;
using Portal.Web.Proxy;
using Xunit;

namespace Portal.Tests.Launch.Vitals;

/// <summary>An instance that is frozen while people use it.</summary>
public sealed class SilenceTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Its_owner_is_told_nobody_else_is_disturbed_and_it_goes_on_when_it_wakes_up()
    {
        await using var portal = await StartAsync();
        var client = portal.ClientFrom(PortalUnderTest.User);
        var process = await client.ProcessIdAsync();

        Freezer.Freeze(process);
        try
        {
            await Eventually.TrueAsync(() => StateOf(portal) is InstanceState.Silent);
            using var page = await PageAsync(client);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, page.StatusCode);
            Assert.Contains("not answering", await page.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
            Assert.NotEqual(process, await portal.ClientFrom(PortalUnderTest.OtherUser).ProcessIdAsync());
        }
        finally
        {
            Freezer.Thaw(process);
        }

        await Eventually.TrueAsync(() => StateOf(portal) is InstanceState.Ready);
        Assert.Equal(process, await client.ProcessIdAsync());
    }

    [Theory]
    [InlineData("", "text/html")]
    [InlineData("", "*/*")]
    public async Task What_is_asked_for_before_anybody_knows_is_answered_as_soon_as_it_is_known(string path, string accept)
    {
        await using var portal = await StartAsync();
        var client = portal.ClientFrom(PortalUnderTest.User);
        var process = await client.ProcessIdAsync();

        Freezer.Freeze(process);
        try
        {
            using var answer = await GetAsync(client, path, accept);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.NotNull(answer.Headers.RetryAfter);
            if (accept is "text/html")
                Assert.Contains("not answering", await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        }
        finally
        {
            Freezer.Thaw(process);
        }

        await Eventually.TrueAsync(() => StateOf(portal) is InstanceState.Ready);
        Assert.Equal(process, await client.ProcessIdAsync());
    }

    [Fact]
    public async Task What_waits_already_is_answered_too()
    {
        await using var portal = await StartAsync();
        var client = portal.ClientFrom(PortalUnderTest.User);
        var process = await client.ProcessIdAsync();
        var waiting = client.GetAsync(Address("hang"), Cancelled);
        var upload = client.PostAsync(Address("reject?hold=never"), new ByteArrayContent(new byte[8 * 1024 * 1024]), Cancelled);
        await Eventually.TrueAsync(async () =>
            await client.EventsAsync() is var events && events.Contains("hang began") && events.Contains("reject began"));

        Freezer.Freeze(process);
        try
        {
            await RefusedSocketAsync(portal, "ws");
            foreach (var request in new[] { waiting, upload })
            {
                using var answer = await request.WaitAsync(Eventually.Limit, TimeProvider.System, Cancelled);
                Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            }
        }
        finally
        {
            Freezer.Thaw(process);
        }
    }

    [Fact]
    public async Task What_a_page_sends_waits_for_an_app_that_is_busy()
    {
        await using var portal = await StartAsync();
        var client = portal.ClientFrom(PortalUnderTest.User);
        var process = await client.ProcessIdAsync();

        Freezer.Freeze(process);
        Task<HttpResponseMessage> before, after;
        try
        {
            before = SendFromPageAsync(client);
            await Eventually.TrueAsync(() => StateOf(portal) is InstanceState.Silent);
            after = SendFromPageAsync(client);
            using var page = await PageAsync(client);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, page.StatusCode);
            Assert.False(before.IsCompleted);
        }
        finally
        {
            Freezer.Thaw(process);
        }

        await Eventually.TrueAsync(() => StateOf(portal) is InstanceState.Ready);
        await Eventually.TrueAsync(async () =>
        {
            await client.GetStringAsync(Address("go/slow"), Cancelled); // lets those go on that wait in the app by now
            return before.IsCompleted && after.IsCompleted;
        });
        foreach (var request in new[] { before, after })
        {
            using var answer = await request;
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }
    }

    [Fact]
    public async Task What_a_page_sends_does_not_wait_for_ever()
    {
        await using var portal = await StartAsync();
        portal.Service<LiveConnections>().Patience = TimeSpan.FromSeconds(1);
        var client = portal.ClientFrom(PortalUnderTest.User);
        var process = await client.ProcessIdAsync();

        Freezer.Freeze(process);
        try
        {
            foreach (var _ in Enumerable.Range(0, 2)) // before it is known, and after
            {
                using var answer = await SendFromPageAsync(client).WaitAsync(Eventually.Limit, TimeProvider.System, Cancelled);
                Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
                Assert.NotNull(answer.Headers.RetryAfter);
            }
        }
        finally
        {
            Freezer.Thaw(process);
        }
    }

    [Fact]
    public async Task An_answer_that_has_begun_goes_on_when_it_wakes_up()
    {
        await using var portal = await StartAsync();
        var client = portal.ClientFrom(PortalUnderTest.User);
        var process = await client.ProcessIdAsync();
        await client.GetStringAsync(Address("go/lines"), Cancelled);
        using var answer = await client.GetAsync(Address("stream?gate=lines&lines=2"), HttpCompletionOption.ResponseHeadersRead, Cancelled);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancelled));
        Assert.Equal("line 0", await reader.ReadLineAsync(Cancelled));
        using var socket = await portal.WebSocketFrom(PortalUnderTest.User, "/app/stub/ws");

        Freezer.Freeze(process);
        try
        {
            using var other = await GetAsync(client, "", "*/*");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, other.StatusCode);
        }
        finally
        {
            Freezer.Thaw(process);
        }

        await Eventually.TrueAsync(() => StateOf(portal) is InstanceState.Ready);
        await client.GetStringAsync(Address("go/lines"), Cancelled);
        Assert.Equal("line 1", await reader.ReadLineAsync(Cancelled));
        Assert.Equal(WebSocketState.Open, socket.State);
        await socket.SendAsync("x"u8.ToArray(), WebSocketMessageType.Binary, endOfMessage: true, Cancelled);
        Assert.Equal(1, (await socket.ReceiveAsync(new byte[16], Cancelled)).Count);
    }

    [Fact]
    public async Task A_slow_answer_of_an_app_that_is_well_is_waited_for()
    {
        await using var portal = await StartAsync();
        var client = portal.ClientFrom(PortalUnderTest.User);
        await client.ProcessIdAsync();
        var slow = client.PostAsync(Address("reject?hold=slow"), new ByteArrayContent([1]), Cancelled);
        var other = portal.ClientFrom(PortalUnderTest.OtherUser);
        var process = await other.ProcessIdAsync();

        Freezer.Freeze(process);
        try
        {
            using var answer = await GetAsync(other, "", "*/*");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        }
        finally
        {
            Freezer.Thaw(process);
        }

        Assert.False(slow.IsCompleted);
        await client.GetStringAsync(Address("go/slow"), Cancelled);
        Assert.Equal(HttpStatusCode.Forbidden, (await slow).StatusCode);
    }

    [Fact]
    public async Task An_upgrade_that_is_never_answered_is_given_up()
    {
        await using var portal = await StartAsync();
        await portal.ClientFrom(PortalUnderTest.User).ProcessIdAsync();
        portal.Service<LiveConnections>().UpgradeTimeout = TimeSpan.FromSeconds(1);

        await RefusedSocketAsync(portal, "hang");

        using var stands = await portal.WebSocketFrom(PortalUnderTest.User, "/app/stub/ws");
        await RefusedSocketAsync(portal, "hang");
        Assert.Equal(WebSocketState.Open, stands.State);
        await stands.SendAsync("x"u8.ToArray(), WebSocketMessageType.Binary, endOfMessage: true, Cancelled);
        Assert.Equal(1, (await stands.ReceiveAsync(new byte[16], Cancelled)).Count);
    }

    [Fact]
    public async Task It_can_be_restarted_and_nothing_of_it_is_left()
    {
        await using var portal = await StartAsync();
        var client = portal.ClientFrom(PortalUnderTest.User);
        var process = await client.ProcessIdAsync();
        Freezer.Freeze(process);
        await Eventually.TrueAsync(() => StateOf(portal) is InstanceState.Silent);

        Assert.True(await portal.Service<Supervisor>().RestartAsync(new(IPAddress.Parse(PortalUnderTest.User), "stub"), "the test says so"));

        Assert.NotEqual(process, await client.ProcessIdAsync());
        Assert.Single(portal.Ground.Processes());
    }

    private static Task<PortalUnderTest> StartAsync() =>
        PortalUnderTest.StartAsync(test => test.Settings["Portal:Launch:HealthInterval"] = "00:00:01");

    private static InstanceState? StateOf(PortalUnderTest portal) =>
        portal.InstancesOf(PortalUnderTest.User) is [var one] ? one.State : null;

    private static Task<HttpResponseMessage> PageAsync(HttpClient client) => GetAsync(client, "", "text/html");

    private static async Task<HttpResponseMessage> GetAsync(HttpClient client, string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Address(path));
        request.Headers.Add("Accept", accept);
        return await client.SendAsync(request, Cancelled);
    }

    private static async Task<HttpResponseMessage> SendFromPageAsync(HttpClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Address("reject?hold=slow")) { Content = new ByteArrayContent([1]) };
        request.Headers.Add("Sec-Fetch-Dest", "empty");
        return await client.SendAsync(request, Cancelled);
    }

    private static async Task RefusedSocketAsync(PortalUnderTest portal, string path)
    {
        var connecting = portal.WebSocketFrom(PortalUnderTest.User, "/app/stub/" + path);
        var refused = await Assert.ThrowsAsync<WebSocketException>(() => connecting.WaitAsync(Eventually.Limit, TimeProvider.System, Cancelled));
        Assert.Contains("'503'", refused.Message, StringComparison.Ordinal);
    }

    private static Uri Address(string path) => new("/app/stub/" + path, UriKind.Relative);
}
