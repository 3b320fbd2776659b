using System.Net;
using System.Net.WebSockets;
using Xunit;

namespace Portal.Tests.Access;

/// <summary>Who asks for what, and what they get.</summary>
public sealed class ContractTests(PortalUnderTest portal) : IClassFixture<PortalUnderTest>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(PortalUnderTest.Admin, "/", HttpStatusCode.OK)]
    [InlineData(PortalUnderTest.User, "/", HttpStatusCode.OK)]
    [InlineData(PortalUnderTest.Admin, "/admin/", HttpStatusCode.OK)]
    [InlineData(PortalUnderTest.User, "/admin/", HttpStatusCode.Forbidden)]
    [InlineData(PortalUnderTest.Stranger, "/unauthorized/", HttpStatusCode.Forbidden)]
    [InlineData(PortalUnderTest.User, "/app/stub/echo", HttpStatusCode.OK)]
    [InlineData(PortalUnderTest.Admin, "/app/admins/echo", HttpStatusCode.OK)]
    [InlineData(PortalUnderTest.User, "/app/admins/echo", HttpStatusCode.NotFound)]
    [InlineData(PortalUnderTest.User, "/app/admins", HttpStatusCode.NotFound)]
    [InlineData(PortalUnderTest.User, "/app/none/", HttpStatusCode.NotFound)]
    [InlineData(PortalUnderTest.User, "/app/STUB/", HttpStatusCode.NotFound)]
    [InlineData(PortalUnderTest.User, "/_stcore/health", HttpStatusCode.NotFound)]
    [InlineData(PortalUnderTest.User, "/_stcore/host-config", HttpStatusCode.NotFound)]
    [InlineData(PortalUnderTest.User, "/app/_stcore/health", HttpStatusCode.NotFound)]
    [InlineData(PortalUnderTest.User, "/app/_stcore/host-config", HttpStatusCode.NotFound)]
    [InlineData(PortalUnderTest.Stranger, "/favicon.svg", HttpStatusCode.OK)]
    [InlineData(PortalUnderTest.Stranger, "/favicon.ico", HttpStatusCode.OK)]
    [InlineData(PortalUnderTest.Stranger, "/apple-touch-icon.png", HttpStatusCode.OK)]
    [InlineData(PortalUnderTest.Stranger, "/healthz", HttpStatusCode.OK)]
    [InlineData(PortalUnderTest.Stranger, "/readyz", HttpStatusCode.OK)]
    public async Task A_page_answers(string client, string path, HttpStatusCode status)
    {
        using var answer = await AskAsync(client, HttpMethod.Get, path, "text/html,*/*;q=0.8");

        Assert.Equal(status, answer.StatusCode);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/admin/")]
    [InlineData("/app/")]
    [InlineData("/app/stub/")]
    [InlineData("/app/none/")]
    [InlineData("/not/there")]
    public async Task A_strangers_browser_is_sent_to_the_page_that_refuses(string path)
    {
        using var answer = await AskAsync(PortalUnderTest.Stranger, HttpMethod.Get, path, "text/html,*/*;q=0.8");

        Assert.Equal((HttpStatusCode.Found, "/unauthorized/"), (answer.StatusCode, answer.Headers.Location?.ToString()));
    }

    [Theory]
    [InlineData("GET", "/")]
    [InlineData("GET", "/app/stub/echo")]
    [InlineData("GET", "/app/stub/_stcore/health")]
    [InlineData("GET", "/_stcore/health")]
    [InlineData("GET", "/app/none/")]
    [InlineData("POST", "/")]
    [InlineData("POST", "/unauthorized/")]
    [InlineData("PUT", "/app/stub/upload")]
    [InlineData("DELETE", "/app/stub/upload")]
    [InlineData("OPTIONS", "/app/stub/echo")]
    [InlineData("HEAD", "/app/stub/")]
    public async Task A_strangers_program_is_refused_and_nothing_is_started(string method, string path)
    {
        using var answer = await AskAsync(PortalUnderTest.Stranger, new HttpMethod(method), path, "*/*");

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Empty(portal.InstancesOf(PortalUnderTest.Stranger));
    }

    [Fact]
    public async Task A_strangers_form_is_refused_although_it_would_take_a_page()
    {
        using var answer = await AskAsync(PortalUnderTest.Stranger, HttpMethod.Post, "/app/stub/", "text/html");

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Theory]
    [InlineData(PortalUnderTest.Stranger, "/app/stub/echo", HttpStatusCode.Forbidden)]
    [InlineData(PortalUnderTest.User, "/app/none/", HttpStatusCode.NotFound)]
    [InlineData(PortalUnderTest.User, "/_stcore/health", HttpStatusCode.NotFound)]
    public async Task A_program_is_told_its_problem_as_a_program(string client, string path, HttpStatusCode status)
    {
        using var answer = await AskAsync(client, HttpMethod.Get, path, "*/*");

        Assert.Equal((status, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task A_strangers_web_socket_is_refused()
    {
        var refused = await Assert.ThrowsAsync<WebSocketException>(
            () => portal.WebSocketFrom(PortalUnderTest.Stranger, "/app/stub/ws"));

        Assert.Contains("403", refused.Message, StringComparison.Ordinal);
        Assert.Empty(portal.InstancesOf(PortalUnderTest.Stranger));
    }

    [Theory]
    [InlineData(PortalUnderTest.User, "/app/", "/app/stub/")]
    [InlineData(PortalUnderTest.Admin, "/app/", "/")]
    [InlineData(PortalUnderTest.User, "/app/stub", "/app/stub/")]
    [InlineData(PortalUnderTest.User, "/app/stub?a=%2F&b=1", "/app/stub/?a=%2F&b=1")]
    public async Task A_registered_client_is_sent_to_an_apps_own_folder(string client, string path, string target)
    {
        using var answer = await AskAsync(client, HttpMethod.Get, path, "text/html");

        Assert.Equal((HttpStatusCode.Found, target), (answer.StatusCode, answer.Headers.Location?.ToString()));
    }

    [Fact]
    public async Task All_get_their_own_answer_when_they_ask_at_once()
    {
        string[] clients = [PortalUnderTest.Admin, PortalUnderTest.User, PortalUnderTest.OtherUser, PortalUnderTest.Stranger];
        var asked = Enumerable.Range(0, 100).Select(i => clients[i % clients.Length]).Select(async client =>
        {
            using var answer = await AskAsync(client, HttpMethod.Get, "/app/stub/echo", "*/*");
            return (client, answer.StatusCode, Body: await answer.Content.ReadAsStringAsync(Cancelled));
        });

        foreach (var (client, status, body) in await Task.WhenAll(asked))
        {
            Assert.Equal(client is PortalUnderTest.Stranger ? HttpStatusCode.Forbidden : HttpStatusCode.OK, status);
            if (status is HttpStatusCode.OK)
                Assert.Contains($"\"X-Portal-Client\", \"{client}\"", body, StringComparison.Ordinal);
        }
    }

    private async Task<HttpResponseMessage> AskAsync(string client, HttpMethod method, string path, string accept)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        return await portal.ClientFrom(client).SendAsync(request, Cancelled);
    }
}
