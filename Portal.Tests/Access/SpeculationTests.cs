using System.Net;
using Portal.Data;
using Xunit;

namespace Portal.Tests.Access;

/// <summary>What a browser fetches ahead of a person, and what a program only looks at, starts and shows nothing.</summary>
public sealed class SpeculationTests(PortalUnderTest portal) : IClassFixture<PortalUnderTest>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("127.0.9.1", "GET", "Sec-Purpose", "prefetch")]
    [InlineData("127.0.9.2", "GET", "Sec-Purpose", "prefetch;prerender")]
    [InlineData("127.0.9.3", "GET", "Sec-Purpose", "prefetch;anonymous-client-ip")]
    [InlineData("127.0.9.4", "GET", "Purpose", "Prefetch")]
    [InlineData("127.0.9.5", "GET", "X-Moz", "prefetch")]
    [InlineData("127.0.9.6", "GET", "X-Purpose", "preview")]
    [InlineData("127.0.9.7", "HEAD", "X-Other", "1")]
    public async Task It_starts_no_instance_and_a_visit_does(string client, string method, string header, string value)
    {
        await portal.AddAsync(new(client, Role.Admin));
        using var request = Request(method, "/app/stub/", header, value);

        using var answer = await portal.ClientFrom(client).SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Empty(portal.InstancesOf(client));

        using var visit = await portal.ClientFrom(client).GetAsync(new Uri("/app/stub/", UriKind.Relative), Cancelled);
        Assert.Equal(HttpStatusCode.OK, visit.StatusCode);
        using var again = Request(method, "/app/stub/echo", header, value);
        using var forwarded = await portal.ClientFrom(client).SendAsync(again, Cancelled);
        Assert.Equal(HttpStatusCode.OK, forwarded.StatusCode);
    }

    [Theory]
    [InlineData("/admin/overview")]
    [InlineData("/admin/running/live?language=en")]
    public async Task No_admin_page_answers_it(string path)
    {
        using var request = Request("GET", path, "Sec-Purpose", "prefetch;prerender");
        using var answer = await portal.ClientFrom(PortalUnderTest.Admin).SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Theory]
    [InlineData("GET", "Sec-Purpose", "prefetch")]
    [InlineData("HEAD", "X-Other", "1")]
    public async Task Home_launches_nothing_ahead_for_it(string method, string header, string value)
    {
        await using var eager = await PortalUnderTest.StartAsync(test =>
        {
            test.Apps = [new("stub")];
            test.Settings["Portal:Launch:Anticipate"] = "true";
        });
        var client = eager.ClientFrom(PortalUnderTest.User);

        using var request = Request(method, "/", header, value);
        (await client.SendAsync(request, Cancelled)).Dispose();
        Assert.Empty(eager.InstancesOf(PortalUnderTest.User));

        (await client.GetAsync(new Uri("/", UriKind.Relative), Cancelled)).Dispose();
        await Eventually.TrueAsync(() => eager.InstancesOf(PortalUnderTest.User).Count is 1);
    }

    private static HttpRequestMessage Request(string method, string path, string header, string value)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.TryAddWithoutValidation(header, value);
        request.Headers.TryAddWithoutValidation("Accept", "text/html");
        return request;
    }
}
