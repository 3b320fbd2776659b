using System.Net;
using System.Text.RegularExpressions;
using Portal.Data;
using Xunit;

namespace Portal.Tests.Access;

/// <summary>The one form that is for strangers.</summary>
public sealed partial class AskTests(PortalUnderTest portal) : IClassFixture<PortalUnderTest>
{
    private const string Form = "/unauthorized/ask";
    private const string Outcome = "/unauthorized/outcome";
    private const int Limit = 1000;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_page_that_refuses_leads_to_the_form_and_keeps_nothing_in_the_browser()
    {
        using var answer = await AskAsync("127.0.4.1", HttpMethod.Get, "/unauthorized/");

        Assert.Contains($"href=\"{Form}\"", await TextOf(answer), StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task A_stranger_asks_and_only_they_read_what_became_of_it()
    {
        using var sent = await SendAsync("127.0.4.2", "Kim <b>", "Work & \"play\"");
        Assert.Equal((HttpStatusCode.Found, Form), (sent.StatusCode, sent.Headers.Location?.OriginalString));

        using var mine = await AskAsync("127.0.4.2", HttpMethod.Get, Form);
        using var another = await AskAsync("127.0.4.3", HttpMethod.Get, Form);
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (mine.StatusCode, another.StatusCode));
        var text = await TextOf(mine);
        Assert.Contains("Kim &lt;b&gt;", text, StringComparison.Ordinal);
        Assert.Contains("Your request was sent", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Kim", await TextOf(another), StringComparison.Ordinal);
        Assert.Equal("""{"admitted":false,"waits":true}""", await OutcomeOf("127.0.4.2"));
        Assert.Equal("""{"admitted":false,"waits":false}""", await OutcomeOf("127.0.4.3"));

        var requests = portal.Service<AccessRequestStore>();
        var request = await requests.LatestAsync(IPAddress.Parse("127.0.4.2"), Cancelled);
        Assert.NotNull(request);
        await requests.ApproveAsync(request.Id, request.Version, new(null, Role.User), new Actor("test"), Cancelled);
        Assert.Equal("""{"admitted":true,"waits":false}""", await OutcomeOf("127.0.4.2"));
        using var home = await AskAsync("127.0.4.2", HttpMethod.Get, Form);
        Assert.Equal((HttpStatusCode.Found, "/"), (home.StatusCode, home.Headers.Location?.OriginalString));
    }

    [Fact]
    public async Task A_form_without_its_token_changes_nothing()
    {
        using var program = await AskAsync("127.0.4.4", HttpMethod.Post, Form, "*/*", new FormUrlEncodedContent([new("Name", "a"), new("Reason", "b")]));
        using var person = await AskAsync("127.0.4.4", HttpMethod.Post, Form, "text/html", new FormUrlEncodedContent([new("Name", "a"), new("Reason", "b")]));

        Assert.Equal((HttpStatusCode.Forbidden, "application/problem+json"), (program.StatusCode, program.Content.Headers.ContentType?.MediaType));
        Assert.Equal(HttpStatusCode.Forbidden, person.StatusCode);
        Assert.Contains("The form was open for too long", await TextOf(person), StringComparison.Ordinal);
        Assert.Equal("""{"admitted":false,"waits":false}""", await OutcomeOf("127.0.4.4"));
    }

    [Fact]
    public async Task What_is_wrong_is_told_beside_its_field_and_what_was_typed_stays()
    {
        using var answer = await SendAsync("127.0.4.5", "", "Because");

        var text = await TextOf(answer);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("id=\"Name-error\"", text, StringComparison.Ordinal);
        Assert.Contains("Because</textarea>", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_than_a_form_is_not_read()
    {
        using var answer = await SendAsync("127.0.4.6", "Kim", new string('a', 20_000));

        Assert.False(answer.IsSuccessStatusCode);
        Assert.Equal("""{"admitted":false,"waits":false}""", await OutcomeOf("127.0.4.6"));
    }

    [Fact]
    public async Task Who_is_registered_has_nothing_to_ask()
    {
        using var answer = await AskAsync(PortalUnderTest.User, HttpMethod.Get, Form);

        Assert.Equal((HttpStatusCode.Found, "/"), (answer.StatusCode, answer.Headers.Location?.OriginalString));
    }

    [Fact]
    public async Task Who_was_disabled_may_ask_too()
    {
        await portal.AddAsync(new RegisteredIpDraft("127.0.4.7", Role.User, Label: "Lee", Enabled: false));

        using var sent = await SendAsync("127.0.4.7", "Lee", "Back from leave");

        Assert.Equal("""{"admitted":false,"waits":true}""", await OutcomeOf("127.0.4.7"));
    }

    [Fact]
    public async Task Requests_are_decided_by_admins_alone()
    {
        foreach (var path in new[] { "/admin/requests", "/admin/request/1", "/admin/audit" })
        {
            using var user = await AskAsync(PortalUnderTest.User, HttpMethod.Get, path);
            using var stranger = await AskAsync("127.0.4.8", HttpMethod.Get, path);
            Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Found), (user.StatusCode, stranger.StatusCode));
        }
    }

    [Fact]
    public async Task Switched_off_there_is_nothing_of_it()
    {
        await using var off = await PortalUnderTest.StartAsync(one => one.Settings["Portal:Access:Requests"] = "false");
        foreach (var (client, path, status) in new[]
        {
            (PortalUnderTest.Stranger, Form, HttpStatusCode.Found),
            (PortalUnderTest.Stranger, Outcome, HttpStatusCode.Found),
            (PortalUnderTest.Admin, "/admin/requests", HttpStatusCode.NotFound),
            (PortalUnderTest.Admin, "/admin/request/1", HttpStatusCode.NotFound),
        })
        {
            using var answer = await AskAsync(client, HttpMethod.Get, path, from: off);
            Assert.Equal(status, answer.StatusCode);
        }

        using var refused = await AskAsync(PortalUnderTest.Stranger, HttpMethod.Get, "/unauthorized/", from: off);
        using var home = await AskAsync(PortalUnderTest.Admin, HttpMethod.Get, "/", from: off);
        Assert.DoesNotContain(Form, await TextOf(refused), StringComparison.Ordinal);
        Assert.DoesNotContain("/admin/requests", await TextOf(home), StringComparison.Ordinal);
    }

    private async Task<HttpResponseMessage> SendAsync(string client, string name, string reason)
    {
        using var form = await AskAsync(client, HttpMethod.Get, Form);
        var token = Token().Match(await TextOf(form)).Groups["token"].Value;
        var cookie = Assert.Single(form.Headers.GetValues("Set-Cookie"));
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        return await AskAsync(
            client,
            HttpMethod.Post,
            Form,
            content: new FormUrlEncodedContent([new("Name", name), new("Reason", reason), new("__RequestVerificationToken", token)]),
            cookie: cookie.Split(';')[0]);
    }

    private async Task<string> OutcomeOf(string client)
    {
        using var answer = await AskAsync(client, HttpMethod.Get, Outcome, "application/json");
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        return await TextOf(answer);
    }

    private async Task<HttpResponseMessage> AskAsync(
        string client,
        HttpMethod method,
        string path,
        string accept = "text/html,*/*;q=0.8",
        HttpContent? content = null,
        string? cookie = null,
        PortalUnderTest? from = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (cookie is not null) request.Headers.Add("Cookie", cookie);
        return await (from ?? portal).ClientFrom(client).SendAsync(request, Cancelled);
    }

    private static Task<string> TextOf(HttpResponseMessage answer) => answer.Content.ReadAsStringAsync(Cancelled);

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]* value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, Limit)]
    private static partial Regex Token();
}
