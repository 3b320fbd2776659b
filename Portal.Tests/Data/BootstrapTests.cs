using Portal.Data;
using Xunit;

namespace Portal.Tests.Data;

public sealed class BootstrapTests : DatabaseTest
{
    private static readonly RegisteredIpDraft[] Entries =
    [
        new("127.0.0.1", Role.Admin, 8501),
        new("192.168.1.101/32", Role.User, 8503, "Lab"),
    ];

    [Fact]
    public async Task An_empty_registry_is_filled_once()
    {
        var changed = 0;
        Store.Changed += () =>
        {
            changed++;
            return Task.CompletedTask;
        };

        var first = await Store.FillIfEmptyAsync(Entries, Cancelled);
        var second = await Store.FillIfEmptyAsync(Entries, Cancelled);

        Assert.Equal((2, 0, 1), (first.Added, second.Added, changed));
        Assert.Empty(first.Errors);
        Assert.Equal(
            [("127.0.0.1", Role.Admin, 8501, "", "bootstrap"), ("192.168.1.101", Role.User, 8503, "Lab", "bootstrap")],
            (await Store.AllAsync(Cancelled)).Select(r => (r.Network, r.Role, r.Port, r.Label, r.CreatedBy)));
    }

    [Fact]
    public async Task A_registry_that_once_had_rows_is_not_filled_again()
    {
        var row = await Database.AddAsync("10.0.0.1");
        await Store.RemoveAsync(row.Id, row.Version, TemporaryDatabase.Anyone, Cancelled);

        var outcome = await Store.FillIfEmptyAsync(Entries, Cancelled);

        Assert.Equal(0, outcome.Added);
        Assert.Empty(await Store.AllAsync(Cancelled));
    }

    [Fact]
    public async Task Nothing_is_written_when_an_entry_is_to_be_mended_and_it_can_be_filled_after_that()
    {
        var outcome = await Store.FillIfEmptyAsync(
            [.. Entries, new("10.1.2.3/8", Role.User), new("::ffff:127.0.0.1", Role.User, 8503), new("", (Role)9)], Cancelled);

        Assert.Equal(0, outcome.Added);
        Assert.Equal(
            [
                (2, "Network", RegistryErrorCode.NetworkHasHostBits),
                (3, "Network", RegistryErrorCode.NetworkTaken),
                (3, "Port", RegistryErrorCode.PortTaken),
                (4, "Network", RegistryErrorCode.NetworkRequired),
                (4, "Role", RegistryErrorCode.RoleInvalid),
            ],
            outcome.Errors.SelectMany(entry => entry.Errors, (entry, error) => (entry.Index, error.Field, error.Code)));
        Assert.Empty(await Store.AllAsync(Cancelled));
        Assert.Equal(2, (await Store.FillIfEmptyAsync(Entries, Cancelled)).Added);
    }

    [Fact]
    public async Task No_entries_fill_nothing_and_do_not_count_as_filling()
    {
        Assert.Equal(0, (await Store.FillIfEmptyAsync([], Cancelled)).Added);
        Assert.Equal(2, (await Store.FillIfEmptyAsync(Entries, Cancelled)).Added);
    }

    [Fact]
    public async Task Two_that_start_at_once_fill_it_once()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(
            _ => Task.Run(() => Database.Store().FillIfEmptyAsync(Entries, Cancelled), Cancelled)));

        Assert.Equal(2, outcomes.Sum(outcome => outcome.Added));
        Assert.All(outcomes, outcome => Assert.Empty(outcome.Errors));
    }
}
