using System.Net;
using Microsoft.EntityFrameworkCore;
using Portal.Data;
using Xunit;

namespace Portal.Tests.Data;

/// <summary>No change of the registry without its entry in the record, and no entry without its change.</summary>
public sealed class RegistryAuditTests : DatabaseTest
{
    [Fact]
    public async Task Every_change_is_on_record_with_who_through_what_before_and_after()
    {
        var own = await Database.AddAsync("10.0.0.0/24", Role.Admin, label: "Admins");
        var anna = new Actor("anna", IPAddress.Parse("10.0.0.7"), own.Id);
        var added = (await Store.AddAsync(new("10.1.2.3", Role.User, 8501, "관리자 <b>"), anna, Cancelled)).Row!;
        var changed = (await Store.UpdateAsync(added.Id, added.Version, new("10.1.0.0/16", Role.User), anna, Cancelled)).Row!;
        var disabled = (await Store.SetEnabledAsync(added.Id, changed.Version, false, anna, Cancelled)).Row!;
        await Store.RemoveAsync(added.Id, disabled.Version, anna, Cancelled);

        var entries = (await EntriesAsync()).Skip(1).ToList();

        Assert.All(entries, entry => Assert.Equal(
            ("anna", "10.0.0.7", "10.0.0.0/24", Database.Time.GetUtcNow()), (entry.Actor, entry.Address, entry.Through, entry.At)));
        const string First = """{"Network":"10.1.2.3","Role":"User","Port":8501,"Label":"관리자 \u003Cb\u003E","Enabled":true,"ExpiresAt":null,"Notes":""}""";
        const string Second = """{"Network":"10.1.0.0/16","Role":"User","Port":null,"Label":"","Enabled":true,"ExpiresAt":null,"Notes":""}""";
        var third = Second.Replace("true", "false", StringComparison.Ordinal);
        Assert.Equal<IEnumerable<(AuditAction, string, string?, string?)>>(
            [
                (AuditAction.RegistrationAdded, "10.1.2.3", null, First),
                (AuditAction.RegistrationChanged, "10.1.2.3", First, Second),
                (AuditAction.RegistrationChanged, "10.1.0.0/16", Second, third),
                (AuditAction.RegistrationRemoved, "10.1.0.0/16", third, null),
            ],
            entries.Select(entry => (entry.Action, entry.Subject, entry.Before, entry.After)));
    }

    [Fact]
    public async Task What_is_refused_leaves_no_entry()
    {
        var own = await Database.AddAsync("10.0.0.7", Role.Admin);
        var anna = new Actor("anna", IPAddress.Parse("10.0.0.7"), own.Id);

        Assert.False((await Store.RemoveAsync(own.Id, own.Version, anna, Cancelled)).Succeeded);
        Assert.False((await Store.AddAsync(new("10.0.0.7", Role.User), anna, Cancelled)).Succeeded);
        Assert.False((await Store.UpdateAsync(own.Id, Guid.Empty, new("10.0.0.8", Role.Admin), anna, Cancelled)).Succeeded);

        Assert.Single(await EntriesAsync());
    }

    [Theory]
    [InlineData("AuditEntries")]
    [InlineData("RegisteredIps")]
    public async Task Where_one_of_the_two_cannot_be_written_neither_is_there(string table)
    {
        Database.Execute($"CREATE TRIGGER refuse BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'refused'); END");

        await Assert.ThrowsAsync<DbUpdateException>(() => AddAsync(new("10.1.2.3", Role.User)));

        Assert.Empty(await EntriesAsync());
        Assert.Empty(await Store.AllAsync(Cancelled));
    }

    [Fact]
    public async Task The_bootstrap_is_on_record_once()
    {
        RegisteredIpDraft[] bootstrap = [new("10.0.0.1", Role.Admin), new("10.0.0.2", Role.User)];
        await Store.FillIfEmptyAsync(bootstrap, Cancelled);
        await Store.FillIfEmptyAsync(bootstrap, Cancelled);

        Assert.Equal(
            [("bootstrap", "", "", "10.0.0.1"), ("bootstrap", "", "", "10.0.0.2")],
            (await EntriesAsync()).Select(entry => (entry.Actor, entry.Address, entry.Through, entry.Subject)));
    }

    private async Task<List<AuditEntry>> EntriesAsync()
    {
        await using var context = Database.CreateDbContext();
        return await context.AuditEntries.OrderBy(entry => entry.Id).ToListAsync(Cancelled);
    }
}
