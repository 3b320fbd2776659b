using System.Net;
using System.Text.Json;
using Portal.Tests.Doubles;
using Portal.Web.Launch.Processes;
using Xunit;

namespace Portal.Tests.Telemetry;

/// <summary>The log of a portal in production, read line by line as programs do.</summary>
public sealed class LogLinesTests
{
    private const string Page = "text/html";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_line_is_a_json_object_and_the_number_on_a_page_finds_its_own()
    {
        await using var portal = new PortalUnderTest();
        portal.Apps = [new StubApp(), new StubApp("broken", "exits=1")];
        portal.Urls = $"http://127.0.0.1:{portal.Ground.Ports.Registered}";
        portal.Settings["Logging:Console:LogLevel:Default"] = ""; // as it is shipped
        using var process = new PortalProcess(portal.Arguments());
        using var client = new HttpClient { BaseAddress = new Uri(portal.Urls), Timeout = Eventually.Limit };
        await Eventually.TrueAsync(() => AnswersAsync(client));

        using var told = await client.GetAsync(new Uri("/app/stub/process", UriKind.Relative), Cancelled);
        var instance = JsonElement.Parse(await told.Content.ReadAsStringAsync(Cancelled)).GetProperty("id").GetInt32();
        var failed = await AskAsync(client, "/app/broken/%0A%7B%22LogLevel%22:%22Forged%22%7D", HttpStatusCode.BadGateway);
        var missed = await AskAsync(client, "/nowhere%0d%0a%7B%7D%E2%80%A8", HttpStatusCode.NotFound);
        using var foreign = await SendAsync(client, "/", "evil.net");
        Posix.Signal(process.Id, Posix.SigTerm);
        Assert.Equal(0, await process.ExitCodeAsync());

        var lines = (await process.Output).TrimEnd('\n').Split('\n').Select(line => JsonElement.Parse(line)).ToList();
        Assert.All(lines, line => Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", line.GetProperty("Timestamp").GetString()));
        Assert.DoesNotContain(lines, line => line.GetProperty("LogLevel").GetString() is "Forged");

        var started = Assert.Single(lines, line => Is(line, 2001) && Says(line, "App", "stub")).GetProperty("State");
        Assert.Equal((PortalUnderTest.Admin, instance), (started.GetProperty("Client").GetString(), started.GetProperty("ProcessId").GetInt32()));
        Assert.Single(lines, line => Is(line, 2003) && Says(line, "App", "broken") && Has(line, failed));
        Assert.Single(lines, line => Is(line, 4061) && Says(line, "Client", PortalUnderTest.Admin) && Has(line, failed));
        Assert.Single(lines, line => Is(line, 4061) && Has(line, missed));
        Assert.Single(lines, line => Is(line, 1005) && Says(line, "Host", "evil.net"));
        Assert.DoesNotContain(lines, line => Is(line, 2004) && line.GetProperty("Scopes").GetArrayLength() > 0);
    }

    private static async Task<bool> AnswersAsync(HttpClient client)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri("/healthz", UriKind.Relative), Cancelled);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>The number of a page that says that something is not as it should be.</summary>
    private static async Task<string> AskAsync(HttpClient client, string path, HttpStatusCode status)
    {
        using var answer = await SendAsync(client, path);
        Assert.Equal((status, Page), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        var number = Assert.Single(answer.Headers.GetValues("X-Request-Id"));
        Assert.Contains($"<code>{number}</code>", await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        return number;
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string path, string? host = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = host;
        request.Headers.TryAddWithoutValidation("Accept", Page);
        request.Headers.TryAddWithoutValidation("User-Agent", "\t{\"LogLevel\":\"Forged\"}");
        return await client.SendAsync(request, Cancelled);
    }

    private static bool Is(JsonElement line, int id) => line.GetProperty("EventId").GetInt32() == id;

    private static bool Says(JsonElement line, string field, string value) =>
        string.Equals(line.GetProperty("State").GetProperty(field).GetString(), value, StringComparison.Ordinal);

    private static bool Has(JsonElement line, string number) => line.GetProperty("Scopes").EnumerateArray()
        .Any(scope => scope.TryGetProperty("TraceId", out var id) && string.Equals(id.GetString(), number, StringComparison.Ordinal));
}
