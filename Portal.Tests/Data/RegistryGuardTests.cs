using System.Net;
using Portal.Data;
using Xunit;

namespace Portal.Tests.Data;

public sealed class RegistryGuardTests : DatabaseTest
{
    private static readonly IPAddress Address = IPAddress.Parse("10.1.2.3");

    /// <summary>An admin's row that is about to change, in each way that would shut them out.</summary>
    public static TheoryData<string, string, Role, bool, bool> WaysOut => new()
    {
        { "demoted", "10.1.2.3", Role.User, true, false },
        { "disabled", "10.1.2.3", Role.Admin, false, false },
        { "expired", "10.1.2.3", Role.Admin, true, true },
        { "moved away", "10.1.2.4", Role.Admin, true, false },
        { "moved to another network", "10.2.0.0/16", Role.Admin, true, false },
    };

    [Theory]
    [MemberData(nameof(WaysOut))]
    public async Task An_admin_cannot_shut_themselves_out(string how, string network, Role role, bool enabled, bool expired)
    {
        var own = await Database.AddAsync("10.1.2.3", Role.Admin);
        await Database.AddAsync("10.9.9.9", Role.Admin);
        foreach (var actor in new[] { new Actor("a", Address), new("a", null, own.Id), new("a", Address, own.Id) })
        {
            // The past as an expiry is refused before the guard looks, so the row has to be past its time already.
            DateTimeOffset? expiry = expired ? Database.Time.GetUtcNow().AddHours(-1) : null;
            if (expired) Database.Execute($"UPDATE RegisteredIps SET ExpiresAt = {expiry?.UtcTicks} WHERE Id = {own.Id}");

            var change = await Store.UpdateAsync(own.Id, own.Version, new(network, role, null, how, enabled, expiry), actor, Cancelled);

            Assert.Equal([("", RegistryErrorCode.OwnRegistration, null)], Errors(change));
        }

        Assert.Equal(own.Version, (await Store.FindAsync(own.Id, Cancelled))?.Version);
    }

    [Fact]
    public async Task An_admin_cannot_remove_or_disable_the_row_they_come_through_even_where_a_wider_one_would_admit_them()
    {
        await Database.AddAsync("10.0.0.0/8", Role.Admin);
        var own = await Database.AddAsync("10.1.2.3", Role.Admin);

        foreach (var actor in new[] { new Actor("a", Address), new("a", null, own.Id), new("a", Address, own.Id) })
        {
            var removed = await Store.RemoveAsync(own.Id, own.Version, actor, Cancelled);
            var disabled = await Store.SetEnabledAsync(own.Id, own.Version, false, actor, Cancelled);

            Assert.Equal([("", RegistryErrorCode.OwnRegistration, null)], Errors(removed));
            Assert.Equal([("", RegistryErrorCode.OwnRegistration, null)], Errors(disabled));
        }
    }

    [Theory]
    [InlineData("10.1.2.3", Role.User, true)]
    [InlineData("10.1.2.3", Role.Admin, false)]
    [InlineData("10.1.0.0/16", Role.User, true)]
    public async Task An_admin_cannot_put_a_more_specific_row_before_their_own(string network, Role role, bool enabled)
    {
        var own = await Database.AddAsync("10.0.0.0/8", Role.Admin);

        var change = await Store.AddAsync(
            new(network, role, Enabled: enabled), new("a", IPAddress.Parse("::ffff:10.1.2.3"), own.Id), Cancelled);

        Assert.Equal([("", RegistryErrorCode.OwnRegistration, null)], Errors(change));
        Assert.Single(await Store.AllAsync(Cancelled));
    }

    [Fact]
    public async Task An_admin_may_change_their_own_row_in_ways_that_leave_them_an_admin()
    {
        var own = await Database.AddAsync("10.1.2.3", Role.Admin, 8501);
        var actor = new Actor("a", Address, own.Id);

        var narrower = await Store.UpdateAsync(
            own.Id, own.Version, new("10.1.2.0/24", Role.Admin, null, "me", true, Database.Time.GetUtcNow().AddDays(1)), actor, Cancelled);
        var specific = await Store.AddAsync(new("10.1.2.3", Role.Admin), actor, Cancelled);
        var around = await Store.AddAsync(new("10.0.0.0/8", Role.User), actor, Cancelled);
        var neighbour = await Store.AddAsync(new("10.1.2.4", Role.User, Enabled: false), actor, Cancelled);

        Assert.All([narrower, specific, around, neighbour], change => Assert.Empty(change.Errors));
    }

    [Fact]
    public async Task Without_an_address_the_own_row_may_grow_but_not_shrink()
    {
        var own = await Database.AddAsync("10.1.0.0/16", Role.Admin);
        var actor = new Actor("a", RegistrationId: own.Id);

        var shrunk = await Store.UpdateAsync(own.Id, own.Version, new("10.1.2.0/24", Role.Admin), actor, Cancelled);
        var grown = await Store.UpdateAsync(own.Id, own.Version, new("10.0.0.0/8", Role.Admin), actor, Cancelled);

        Assert.Equal([("", RegistryErrorCode.OwnRegistration, null)], Errors(shrunk));
        Assert.Empty(grown.Errors);
    }

    [Fact]
    public async Task Who_is_no_admin_any_more_changes_nothing()
    {
        await Database.AddAsync("10.9.9.9", Role.Admin);
        var user = await Database.AddAsync("10.1.2.3");

        var byAddress = await Store.AddAsync(new("10.3.3.3", Role.Admin), new("a", Address), Cancelled);
        var byRow = await Store.AddAsync(new("10.3.3.3", Role.Admin), new("a", null, user.Id), Cancelled);
        var unknown = await Store.AddAsync(new("10.3.3.3", Role.Admin), new("a", IPAddress.Loopback), Cancelled);

        Assert.All([byAddress, byRow, unknown], change =>
            Assert.Equal([("", RegistryErrorCode.OwnRegistration, null)], Errors(change)));
    }

    [Fact]
    public async Task The_last_admin_stays()
    {
        var admin = await Database.AddAsync("10.1.2.3", Role.Admin, expiresAt: Database.Time.GetUtcNow().AddHours(2));
        await Database.AddAsync("10.0.0.1", Role.Admin, enabled: false);
        await Database.AddAsync("10.0.0.2", Role.Admin, expiresAt: Database.Time.GetUtcNow().AddHours(1));
        await Database.AddAsync("10.0.0.3");
        Database.Time.Advance(TimeSpan.FromHours(1));
        var actor = TemporaryDatabase.Anyone;

        RegistryChange[] changes =
        [
            await Store.RemoveAsync(admin.Id, admin.Version, actor, Cancelled),
            await Store.SetEnabledAsync(admin.Id, admin.Version, false, actor, Cancelled),
            await Store.UpdateAsync(admin.Id, admin.Version, new("10.1.2.3", Role.User), actor, Cancelled),
        ];

        Assert.All(changes, change => Assert.Equal([("", RegistryErrorCode.LastAdmin, null)], Errors(change)));
        Assert.Equal(admin.Version, (await Store.FindAsync(admin.Id, Cancelled))?.Version);
    }

    [Fact]
    public async Task An_only_admin_who_removes_themselves_hears_both_reasons()
    {
        var own = await Database.AddAsync("10.1.2.3", Role.Admin);

        var change = await Store.RemoveAsync(own.Id, own.Version, new("a", Address, own.Id), Cancelled);

        Assert.Equal([("", RegistryErrorCode.OwnRegistration, null), ("", RegistryErrorCode.LastAdmin, null)], Errors(change));
    }

    [Fact]
    public async Task A_registry_without_an_admin_can_be_mended()
    {
        var user = await Database.AddAsync("10.0.0.1");

        Assert.Empty((await Store.RemoveAsync(user.Id, user.Version, TemporaryDatabase.Anyone, Cancelled)).Errors);
        Assert.Empty((await AddAsync(new("10.0.0.2", Role.Admin))).Errors);
    }
}
