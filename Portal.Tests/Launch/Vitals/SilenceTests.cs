using System.Net;
using Portal.Tests.Doubles;
using Portal.Web.Launch;
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

    private static async Task<HttpResponseMessage> PageAsync(HttpClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/app/stub/", UriKind.Relative));
        request.Headers.Add("Accept", "text/html");
        return await client.SendAsync(request, Cancelled);
    }
}
