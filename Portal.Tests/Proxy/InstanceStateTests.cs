using System.Net;
using Portal.Data;
using Portal.Tests.Doubles;
using Portal.Web.Launch;
using Xunit;

namespace Portal.Tests.Proxy;

/// <summary>What a client gets while their instance starts, does not start, dies or was stopped.</summary>
public sealed class InstanceStateTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("die")]
    [InlineData("die?after=0.3")]
    public async Task An_instance_that_dies_costs_one_answer_and_is_replaced(string how)
    {
        await using var portal = await PortalUnderTest.StartAsync(_ => { });
        var client = portal.ClientFrom(PortalUnderTest.User);
        var process = await client.ProcessIdAsync();
        var socket = await portal.WebSocketFrom(PortalUnderTest.User, "/app/stub/ws");
        var receiving = socket.ReceiveAsync(new byte[1], Cancelled);

        using var death = await client.GetAsync(Address(how), Cancelled);
        var next = await client.ProcessIdAsync();

        Assert.Equal(HttpStatusCode.BadGateway, death.StatusCode);
        Assert.NotEqual(process, next);
        await Assert.ThrowsAnyAsync<Exception>(() => receiving.WaitAsync(Eventually.Limit, TimeProvider.System, Cancelled));
        Assert.Single(portal.Ground.Processes());
    }

    [Theory]
    [InlineData("exits=1", "", HttpStatusCode.BadGateway)]
    [InlineData("exits=1", "_stcore/health", HttpStatusCode.BadGateway)]
    [InlineData("never-listens", "", HttpStatusCode.ServiceUnavailable)]
    [InlineData("never-listens", "_stcore/health", HttpStatusCode.ServiceUnavailable)]
    [InlineData("never-listens", "_stcore/host-config", HttpStatusCode.ServiceUnavailable)]
    public async Task An_instance_that_does_not_run_is_a_failure_for_pages_and_programs(string behaviour, string path, HttpStatusCode status)
    {
        await using var portal = await PortalUnderTest.StartAsync(test =>
        {
            test.Apps = [new StubApp(Behaviour: behaviour)];
            if (status is HttpStatusCode.ServiceUnavailable)
                test.Settings["Portal:Launch:GracePeriod"] = "00:00:00.1";
        });

        foreach (var accept in new[] { "text/html", "*/*" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Address(path));
            request.Headers.Add("Accept", accept);
            using var answer = await portal.ClientFrom(PortalUnderTest.User).SendAsync(request, Cancelled);

            Assert.Equal(status, answer.StatusCode);
            Assert.Equal(status is HttpStatusCode.ServiceUnavailable, answer.Headers.RetryAfter is not null);
        }
    }

    [Fact]
    public async Task A_full_house_is_answered_with_503()
    {
        await using var portal = await PortalUnderTest.StartAsync(test => test.Settings["Portal:Launch:MaxInstances"] = "1");
        await portal.ClientFrom(PortalUnderTest.User).ProcessIdAsync();

        using var answer = await portal.ClientFrom(PortalUnderTest.OtherUser).GetAsync(Address(""), Cancelled);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
    }

    [Fact]
    public async Task A_registered_port_that_a_stranger_holds_is_answered_with_502()
    {
        await using var portal = await PortalUnderTest.StartAsync(_ => { });
        await portal.AddAsync(new("127.0.7.1", Role.User, Port: portal.Ground.Ports.Registered));
        using var stranger = new System.Net.Sockets.TcpListener(IPAddress.Loopback, portal.Ground.Ports.Registered);
        stranger.Start();

        using var answer = await portal.ClientFrom("127.0.7.1").GetAsync(Address(""), Cancelled);

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.False(stranger.Pending());
        Assert.Equal(LaunchFailureReason.PortTaken, Assert.Single(portal.InstancesOf("127.0.7.1")).Failure?.Reason);
    }

    [Fact]
    public async Task An_open_page_does_not_bring_back_what_was_stopped_but_a_visit_does()
    {
        await using var portal = await PortalUnderTest.StartAsync(_ => { });
        var client = portal.ClientFrom(PortalUnderTest.User);
        await client.ProcessIdAsync();
        await portal.Service<Supervisor>().StopAsync(new InstanceKey(IPAddress.Parse(PortalUnderTest.User), "stub"), "test");

        foreach (var path in new[] { "_stcore/health", "_stcore/host-config", "_stcore/stream", "static/media/font.woff2", "favicon.png" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Address(path));
            if (path is "favicon.png")
                request.Headers.Add("Sec-Fetch-Dest", "image");
            using var refused = await client.SendAsync(request, Cancelled);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        }

        Assert.Empty(portal.Ground.Processes());
        using var visit = await client.GetAsync(Address(""), Cancelled);
        Assert.Equal(HttpStatusCode.OK, visit.StatusCode);
        using var health = await client.GetAsync(Address("_stcore/health"), Cancelled);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    private static Uri Address(string path) => new("/app/stub/" + path, UriKind.Relative);
}
