using System.Net;
using Microsoft.Data.Sqlite;
using Portal.Data;
using Xunit;

namespace Portal.Tests.Access;

/// <summary>A change of the registry counts for the very next request.</summary>
public sealed class RegistryChangeTests(PortalUnderTest portal) : IClassFixture<PortalUnderTest>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);
    private static readonly Actor Tester = new("test");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private RegisteredIpStore Store => portal.Service<RegisteredIpStore>();

    [Fact]
    public async Task A_change_is_in_force_when_the_call_returns()
    {
        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync("127.0.1.1"));

        var row = await portal.AddAsync(new("127.0.1.0/24", Role.User));
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync("127.0.1.1"));

        var changed = await Store.SetEnabledAsync(row.Id, row.Version, false, Tester, Cancelled);
        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync("127.0.1.1"));

        changed = await Store.SetEnabledAsync(row.Id, changed.Row?.Version ?? default, true, Tester, Cancelled);
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync("127.0.1.1"));

        await Store.RemoveAsync(row.Id, changed.Row?.Version ?? default, Tester, Cancelled);
        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync("127.0.1.1"));
    }

    [Fact]
    public async Task A_change_by_another_program_is_in_force_soon()
    {
        await portal.AddAsync(new("127.0.2.1", Role.User));
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync("127.0.2.1"));

        Execute("UPDATE RegisteredIps SET Enabled = 0 WHERE Network = '127.0.2.1'");

        await Eventually.TrueAsync(async () => await AskAsync("127.0.2.1") is HttpStatusCode.Forbidden, Soon);
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_keeps_no_other_from_being_in_force()
    {
        var row = await portal.AddAsync(new("127.0.3.1", Role.User));
        await portal.AddAsync(new("127.0.3.2", Role.User));
        Execute("UPDATE RegisteredIps SET Network = '127.0.3' WHERE Network = '127.0.3.2'");
        await Eventually.TrueAsync(async () => await AskAsync("127.0.3.2") is HttpStatusCode.Forbidden, Soon);

        await Store.SetEnabledAsync(row.Id, row.Version, false, Tester, Cancelled);

        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync("127.0.3.1"));
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(PortalUnderTest.User));
    }

    [Fact]
    public async Task A_registration_that_expires_is_over_at_that_moment()
    {
        var expiry = TimeProvider.System.GetUtcNow().AddSeconds(0.7);
        await portal.AddAsync(new("127.0.4.1", Role.User, ExpiresAt: expiry));

        Assert.Equal(HttpStatusCode.NotFound, await AskAsync("127.0.4.1"));
        await Eventually.TrueAsync(async () => await AskAsync("127.0.4.1") is HttpStatusCode.Forbidden, Soon);
        Assert.True(TimeProvider.System.GetUtcNow() >= expiry);
    }

    // Something that is there for nobody: 404 for who is registered, 403 for strangers.
    private async Task<HttpStatusCode> AskAsync(string client)
    {
        using var answer = await portal.ClientFrom(client).GetAsync(new Uri("/app/none/", UriKind.Relative), Cancelled);
        return answer.StatusCode;
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={portal.Ground.PathOf("data/portal.db")};Pooling=False;Default Timeout=5");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.Equal(1, command.ExecuteNonQuery());
    }
}
