using System.Net;
using Portal.Data;
using Xunit;

namespace Portal.Tests.Data;

public sealed class RegisteredIpStoreTests : DatabaseTest
{
    [Fact]
    public async Task What_was_added_is_found_as_it_was_answered()
    {
        var expiry = Database.Time.GetUtcNow().AddDays(1).AddTicks(7).ToOffset(TimeSpan.FromHours(9));

        var change = await Store.AddAsync(
            new(" ::ffff:10.1.2.3/128 ", Role.Admin, 8501, "  관리자 PC ", ExpiresAt: expiry), new("anna"), Cancelled);

        Assert.True(change.Succeeded);
        Assert.NotNull(change.Row);
        Assert.Equivalent(change.Row, await Store.FindAsync(change.Row.Id, Cancelled), strict: true);
        Assert.Equal(
            ("10.1.2.3", Role.Admin, 8501, "관리자 PC", true, expiry, Database.Time.GetUtcNow(), "anna", Database.Time.GetUtcNow(), "anna"),
            (change.Row.Network, change.Row.Role, change.Row.Port, change.Row.Label, change.Row.Enabled, change.Row.ExpiresAt,
                change.Row.CreatedAt, change.Row.CreatedBy, change.Row.UpdatedAt, change.Row.UpdatedBy));
    }

    [Fact]
    public async Task An_update_keeps_who_created_and_says_who_updated()
    {
        var row = await Database.AddAsync("10.1.2.3", label: "old");
        var created = row.CreatedAt;
        Database.Time.Advance(TimeSpan.FromHours(1));

        var change = await Store.UpdateAsync(row.Id, row.Version, new("10.1.0.0/16", Role.User, Label: "new"), new("ben"), Cancelled);

        Assert.True(change.Succeeded);
        var now = await Store.FindAsync(row.Id, Cancelled);
        Assert.Equivalent(change.Row, now, strict: true);
        Assert.NotNull(now);
        Assert.Equal(("10.1.0.0/16", "new", "test", created, "ben", created.AddHours(1)),
            (now.Network, now.Label, now.CreatedBy, now.CreatedAt, now.UpdatedBy, now.UpdatedAt));
        Assert.NotEqual(row.Version, now.Version);
    }

    [Fact]
    public async Task A_row_that_was_removed_is_answered_once_more_and_gone()
    {
        var row = await Database.AddAsync("10.1.2.3", port: 8501);

        var change = await Store.RemoveAsync(row.Id, row.Version, TemporaryDatabase.Anyone, Cancelled);

        Assert.True(change.Succeeded);
        Assert.Equal("10.1.2.3", change.Row?.Network);
        Assert.Null(await Store.FindAsync(row.Id, Cancelled));
        Assert.NotEqual(row.Id, (await Database.AddAsync("10.1.2.3", port: 8501)).Id);
    }

    [Fact]
    public async Task A_stale_version_changes_nothing_and_answers_the_row_as_it_is()
    {
        var row = await Database.AddAsync("10.1.2.3", label: "first");
        var theirs = await Store.UpdateAsync(row.Id, row.Version, new("10.1.2.3", Role.User, Label: "theirs"), new("ben"), Cancelled);

        RegistryChange[] mine =
        [
            await Store.UpdateAsync(row.Id, row.Version, new("10.1.2.3", Role.User, Label: "mine"), new("anna"), Cancelled),
            await Store.SetEnabledAsync(row.Id, row.Version, false, new("anna"), Cancelled),
            await Store.RemoveAsync(row.Id, row.Version, new("anna"), Cancelled),
        ];

        Assert.All(mine, change =>
        {
            Assert.Equal([new RegistryError("", RegistryErrorCode.ChangedMeanwhile, "ben")], change.Errors);
            Assert.Equivalent(theirs.Row, change.Row, strict: true);
        });
        Assert.Equivalent(theirs.Row, await Store.FindAsync(row.Id, Cancelled), strict: true);
    }

    [Fact]
    public async Task A_row_that_is_gone_is_not_found()
    {
        RegistryChange[] changes =
        [
            await Store.UpdateAsync(7, Guid.Empty, new("10.1.2.3", Role.User), TemporaryDatabase.Anyone, Cancelled),
            await Store.SetEnabledAsync(7, Guid.Empty, false, TemporaryDatabase.Anyone, Cancelled),
            await Store.RemoveAsync(7, Guid.Empty, TemporaryDatabase.Anyone, Cancelled),
        ];

        Assert.All(changes, change => Assert.Equal([new RegistryError("", RegistryErrorCode.NotFound)], change.Errors));
    }

    [Fact]
    public async Task Disabling_asks_nothing_of_the_rest_of_the_row()
    {
        var row = await Database.AddAsync("10.1.2.3", expiresAt: Database.Time.GetUtcNow().AddMinutes(1));
        Database.Time.Advance(TimeSpan.FromHours(1));

        var change = await Store.SetEnabledAsync(row.Id, row.Version, false, TemporaryDatabase.Anyone, Cancelled);

        Assert.True(change.Succeeded);
        Assert.False((await Store.FindAsync(row.Id, Cancelled))?.Enabled);
    }

    [Fact]
    public async Task Changed_is_raised_after_the_commit_and_only_then()
    {
        var seen = new List<int>();
        Store.Changed += () =>
        {
            seen.Add(Convert.ToInt32(Database.Execute("SELECT COUNT(*) FROM RegisteredIps"), null));
            return Task.CompletedTask;
        };

        var added = await Store.AddAsync(new("10.1.2.3", Role.User), TemporaryDatabase.Anyone, Cancelled);
        await Store.AddAsync(new("10.1.2.3", Role.User), TemporaryDatabase.Anyone, Cancelled);
        await Store.AddAsync(new("rubbish", Role.User), TemporaryDatabase.Anyone, Cancelled);
        Assert.NotNull(added.Row);
        await Store.RemoveAsync(added.Row.Id, Guid.Empty, TemporaryDatabase.Anyone, Cancelled);
        await Store.RemoveAsync(added.Row.Id, added.Row.Version, TemporaryDatabase.Anyone, Cancelled);

        Assert.Equal([1, 0], seen);
    }

    [Fact]
    public async Task An_address_resolves_to_the_most_specific_row_in_whatever_state()
    {
        await Database.AddAsync("10.0.0.0/8");
        await Database.AddAsync("10.1.0.0/16", Role.Admin);
        await Database.AddAsync("10.1.2.3", enabled: false);
        await Database.AddAsync("::/0");

        var resolved = new List<string?>();
        foreach (var address in new[] { "10.9.9.9", "10.1.9.9", "::ffff:10.1.2.3", "2001:db8::1", "11.1.1.1" })
            resolved.Add((await Store.ResolveAsync(IPAddress.Parse(address), Cancelled))?.Network);

        Assert.Equal(["10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "::/0", null], resolved);
    }

    [Fact]
    public async Task All_rows_come_in_the_order_of_their_networks()
    {
        foreach (var network in new[] { "::1", "10.0.0.10", "10.0.0.9", "10.0.0.0/8" }) await Database.AddAsync(network);

        var all = await Store.AllAsync(Cancelled);

        Assert.Equal<IEnumerable<string>>(["10.0.0.0/8", "10.0.0.9", "10.0.0.10", "::1"], all.Select(r => r.Network));
    }
}
