using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Portal.Data;
using Portal.Tests.Doubles;
using Portal.Web.Launch;
using Xunit;

namespace Portal.Tests.Pages;

/// <summary>What the script in an app's page asks the portal, and who may.</summary>
public sealed class NoticeEndpointTests(PortalUnderTest portal) : IClassFixture<PortalUnderTest>
{
    private const string Idle = "/notice/stub";
    private const string Script = "application/json";
    private const string Keep = "X-Portal-Keep";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task To_ask_starts_nothing()
    {
        await portal.AddAsync(new("127.0.7.1", Role.User));

        var before = await StatusAsync(portal, "127.0.7.1", HttpMethod.Get);
        var kept = await StatusAsync(portal, "127.0.7.1", HttpMethod.Post);

        Assert.Equal((false, null, "Gone"), before);
        Assert.Equal(before, kept);
        Assert.Empty(portal.InstancesOf("127.0.7.1"));
    }

    [Fact]
    public async Task To_ask_is_no_use_of_the_instance_and_to_keep_it_is()
    {
        var before = await OpenAsync();

        var asked = await StatusAsync(portal, PortalUnderTest.User, HttpMethod.Get);
        Assert.Equal(before, LastActivity());
        var kept = await StatusAsync(portal, PortalUnderTest.User, HttpMethod.Post);
        Assert.True(LastActivity() > before);

        Assert.True(asked is { Runs: true, End: null } && kept is { Runs: true, End: null });
        Assert.InRange(asked.StopsIn ?? 0, 1700, 1800);
        Assert.InRange(kept.StopsIn ?? 0, 1700, 1800);
    }

    [Fact]
    public async Task While_an_upload_is_under_way_no_stop_is_in_sight()
    {
        await OpenAsync();
        var client = portal.ClientFrom(PortalUnderTest.User);
        var uploading = client.PostAsync(new Uri("/app/stub/upload?hold=upload", UriKind.Relative), new StringContent("file"), Cancelled);
        await Eventually.TrueAsync(() => portal.InstancesOf(PortalUnderTest.User).Single().LiveConnections is 1);

        var during = await StatusAsync(portal, PortalUnderTest.User, HttpMethod.Get);
        await client.GoAsync("upload");
        (await uploading).Dispose();

        Assert.Equal((true, null, null), during);
    }

    [Fact]
    public async Task It_is_told_that_nobody_used_it_until_it_runs_again()
    {
        await using var hasty = await PortalUnderTest.StartAsync(test => test.Settings["Portal:Launch:IdleTimeout"] = "00:00:01");
        var client = hasty.ClientFrom(PortalUnderTest.User);
        await client.ProcessIdAsync();

        await Eventually.TrueAsync(async () => await StatusAsync(hasty, PortalUnderTest.User, HttpMethod.Get) is (false, null, "Idle"));
        Assert.Equal((false, null, "Idle"), await StatusAsync(hasty, PortalUnderTest.User, HttpMethod.Post));
        await Eventually.TrueAsync(() => hasty.InstancesOf(PortalUnderTest.User).Count is 0);
        Assert.Equal((false, null, "Idle"), await StatusAsync(hasty, PortalUnderTest.User, HttpMethod.Get));

        await client.ProcessIdAsync();
        Assert.True((await StatusAsync(hasty, PortalUnderTest.User, HttpMethod.Get)).Runs);
    }

    [Fact]
    public async Task What_somebody_stopped_was_not_stopped_because_nobody_used_it()
    {
        await OpenAsync();

        await portal.Service<Supervisor>().StopAsync(new(IPAddress.Parse(PortalUnderTest.User), "stub"), "test");

        Assert.Equal((false, null, "Stopped"), await StatusAsync(portal, PortalUnderTest.User, HttpMethod.Get));
    }

    [Theory]
    [InlineData(PortalUnderTest.Stranger, "GET", Idle, HttpStatusCode.Forbidden)]
    [InlineData(PortalUnderTest.Stranger, "POST", Idle, HttpStatusCode.Forbidden)]
    [InlineData(PortalUnderTest.User, "GET", "/notice/admins", HttpStatusCode.NotFound)]
    [InlineData(PortalUnderTest.User, "POST", "/notice/admins", HttpStatusCode.NotFound)]
    [InlineData(PortalUnderTest.User, "GET", "/notice/none", HttpStatusCode.NotFound)]
    [InlineData(PortalUnderTest.User, "GET", "/notice/STUB", HttpStatusCode.NotFound)]
    [InlineData(PortalUnderTest.User, "GET", "/notice/", HttpStatusCode.NotFound)]
    [InlineData(PortalUnderTest.User, "PUT", Idle, HttpStatusCode.MethodNotAllowed)]
    [InlineData(PortalUnderTest.User, "OPTIONS", Idle, HttpStatusCode.MethodNotAllowed)]
    [InlineData(PortalUnderTest.Admin, "GET", "/notice/admins", HttpStatusCode.OK)]
    [InlineData(PortalUnderTest.Admin, "POST", "/notice/admins", HttpStatusCode.OK)]
    public async Task Each_client_is_told_of_the_apps_of_their_role_alone(string client, string method, string path, HttpStatusCode status)
    {
        using var answer = await AskAsync(portal, client, new HttpMethod(method), path, (Keep, "1"));

        Assert.Equal(status, answer.StatusCode);
        Assert.True(answer.Headers.CacheControl?.NoStore is true || status is HttpStatusCode.Forbidden);
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(false, Keep, "1", "Origin", "http://other.example")]
    [InlineData(false, Keep, "1", "Origin", "null")]
    [InlineData(false, Keep, "1", "Origin", "http://portal.example")]
    [InlineData(false, Keep, "1", "Sec-Fetch-Site", "cross-site")]
    [InlineData(false, Keep, "1", "Sec-Fetch-Site", "same-site")]
    [InlineData(false, "Origin", "http://portal.example:8000")]
    [InlineData(true, Keep, "1")]
    [InlineData(true, Keep, "1", "Origin", "http://Portal.Example:8000")]
    [InlineData(true, Keep, "1", "Sec-Fetch-Site", "same-origin")]
    public async Task Only_a_page_of_the_same_address_keeps_an_instance(bool isKept, params string[] headers)
    {
        var before = await OpenAsync();

        using var answer = await AskAsync(
            portal, PortalUnderTest.User, HttpMethod.Post, Idle, [("Host", "portal.example:8000"), .. headers.Chunk(2).Select(pair => (pair[0], pair[1]))]);

        Assert.Equal(isKept ? HttpStatusCode.OK : HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(isKept, LastActivity() > before);
    }

    /// <summary>Starts the user's instance; says when it was used last.</summary>
    private async Task<DateTimeOffset> OpenAsync()
    {
        await portal.ClientFrom(PortalUnderTest.User).ProcessIdAsync();
        await Eventually.TrueAsync(() => portal.InstancesOf(PortalUnderTest.User).Single().LiveConnections is 0);
        return LastActivity();
    }

    private DateTimeOffset LastActivity() => portal.InstancesOf(PortalUnderTest.User).Single().LastActivity;

    private static async Task<(bool Runs, double? StopsIn, string? End)> StatusAsync(
        PortalUnderTest portal, string client, HttpMethod method)
    {
        using var answer = await AskAsync(portal, client, method, Idle, (Keep, "1"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var told = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
        var stopsIn = told.GetProperty("stopsIn");
        return (
            told.GetProperty("runs").GetBoolean(),
            stopsIn.ValueKind is JsonValueKind.Null ? null : stopsIn.GetDouble(),
            told.GetProperty("end").GetString());
    }

    private static async Task<HttpResponseMessage> AskAsync(
        PortalUnderTest portal, string client, HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.TryAddWithoutValidation("Accept", Script);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await portal.ClientFrom(client).SendAsync(request, Cancelled);
    }
}
