using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace Portal.Tests.Access;

/// <summary>What whoever watches the server is told, and why the portal is not ready.</summary>
public sealed class HealthTests : IAsyncLifetime
{
    private static readonly Uri Ready = new("/readyz", UriKind.Relative);

    private readonly PortalUnderTest _portal = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _portal.InitializeAsync();

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Fact]
    public async Task On_the_machine_itself_it_says_what_is_wrong_and_for_as_long_as_it_is()
    {
        var client = _portal.ClientFrom(PortalUnderTest.Stranger);
        var (database, away) = (_portal.Ground.PathOf("data/portal.db"), _portal.Ground.PathOf("data/portal.db.away"));

        Assert.Equal((HttpStatusCode.OK, "database spawner disk", ""), await AskAsync(client));
        File.Move(database, away);
        await Eventually.TrueAsync(async () => await AskAsync(client)
            == (HttpStatusCode.ServiceUnavailable, "spawner disk", $"The database cannot be written: The database {database} is not there."));
        using (var healthy = await client.GetAsync(new Uri("/healthz", UriKind.Relative), Cancelled))
            Assert.Equal(HttpStatusCode.OK, healthy.StatusCode);
        File.Move(away, database);
        await Eventually.TrueAsync(async () => await AskAsync(client) == (HttpStatusCode.OK, "database spawner disk", ""));
    }

    /// <summary>The status, what is well, and what is said of the rest.</summary>
    private static async Task<(HttpStatusCode Status, string Well, string Reasons)> AskAsync(HttpClient client)
    {
        using var answer = await client.GetAsync(Ready, Cancelled);
        var told = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
        var checks = told.GetProperty("checks").EnumerateArray().ToLookup(check => check.GetProperty("ok").GetBoolean());
        Assert.Equal(told.GetProperty("ready").GetBoolean(), !checks[false].Any());
        return (
            answer.StatusCode,
            string.Join(' ', checks[true].Select(check => check.GetProperty("check").GetString())),
            string.Join(' ', checks[false].Select(check => check.GetProperty("reason").GetString())));
    }
}
