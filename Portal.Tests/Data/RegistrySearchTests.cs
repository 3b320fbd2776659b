using System.Globalization;
using Portal.Data;
using Xunit;

namespace Portal.Tests.Data;

public sealed class RegistrySearchTests : DatabaseTest
{
    [Theory]
    [InlineData("anna", "10.0.0.1")]
    [InlineData("  ANNA ", "10.0.0.1")]
    [InlineData("ÄRZTE", "10.0.0.2")]
    [InlineData("관리", "10.0.0.3")]
    [InlineData("\u1100\u116a\u11ab", "10.0.0.3")]
    [InlineData("DB8", "2001:db8::/32")]
    [InlineData("100%", "10.0.0.4")]
    [InlineData("_", "10.0.0.5")]
    [InlineData("\\", "10.0.0.6")]
    [InlineData("'; DROP TABLE RegisteredIps; --", "")]
    [InlineData("nobody", "")]
    [InlineData("172.16.", "172.16.0.0/12 172.16.5.0/24 172.16.5.9")]
    [InlineData("172.16.5.9", "172.16.0.0/12 172.16.5.0/24 172.16.5.9")]
    [InlineData("172.16.5.8", "172.16.0.0/12 172.16.5.0/24")]
    [InlineData("::ffff:172.16.9.9", "172.16.0.0/12")]
    [InlineData("2001:0db8::7", "2001:db8::/32")]
    [InlineData("172.16.5.0/24", "172.16.5.0/24")]
    public async Task Search_finds_by_part_of_the_network_or_label_and_the_networks_that_hold_an_address(string search, string found)
    {
        await Database.AddAsync("10.0.0.1", label: "Anna's PC");
        await Database.AddAsync("10.0.0.2", label: "Ärztezimmer");
        await Database.AddAsync("10.0.0.3", label: "관리자");
        await Database.AddAsync("10.0.0.4", label: "100% lab");
        await Database.AddAsync("10.0.0.5", label: "snake_case");
        await Database.AddAsync("10.0.0.6", label: @"back\slash");
        await Database.AddAsync("172.16.0.0/12");
        await Database.AddAsync("172.16.5.0/24");
        await Database.AddAsync("172.16.5.9");
        await Database.AddAsync("2001:db8::/32");

        var page = await Store.ListAsync(new(search), Cancelled);

        Assert.Equal(found, string.Join(' ', page.Items.Select(r => r.Network)));
        Assert.Equal(page.Items.Count, page.Total);
    }

    [Theory]
    [InlineData("FLOOR 3", "10.0.0.1")]
    [InlineData("프로젝트", "10.0.0.2")]
    [InlineData("50%", "10.0.0.2")]
    [InlineData("%", "10.0.0.2")]
    [InlineData("_", "")]
    [InlineData("\\", "10.0.0.3")]
    public async Task Search_finds_part_of_the_notes(string search, string found)
    {
        await AddAsync(new("10.0.0.1", Role.User, Notes: "Building 2\nfloor 3"));
        await AddAsync(new("10.0.0.2", Role.User, Notes: "프로젝트 50%"));
        await AddAsync(new("10.0.0.3", Role.User, Notes: @"share \\server"));

        Assert.Equal(found, string.Join(' ', (await Store.ListAsync(new(search), Cancelled)).Items.Select(r => r.Network)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \t")]
    public async Task No_search_lists_everything(string? search)
    {
        await Database.AddAsync("10.0.0.1");

        Assert.Single((await Store.ListAsync(new(search), Cancelled)).Items);
    }

    [Theory]
    [InlineData(null, null, "10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4 10.0.0.5 10.0.0.6")]
    [InlineData(Role.Admin, null, "10.0.0.1 10.0.0.6")]
    [InlineData(Role.User, null, "10.0.0.2 10.0.0.3 10.0.0.4 10.0.0.5")]
    [InlineData(null, RegistrationState.Enabled, "10.0.0.1 10.0.0.2 10.0.0.3")]
    [InlineData(null, RegistrationState.Expiring, "10.0.0.2")]
    [InlineData(null, RegistrationState.Disabled, "10.0.0.4 10.0.0.6")]
    [InlineData(null, RegistrationState.Expired, "10.0.0.5")]
    [InlineData(Role.Admin, RegistrationState.Disabled, "10.0.0.6")]
    [InlineData(Role.Admin, RegistrationState.Expired, "")]
    public async Task A_list_holds_only_the_role_and_the_state_that_it_was_asked_for(Role? role, RegistrationState? state, string found)
    {
        var now = Database.Time.GetUtcNow();
        await Database.AddAsync("10.0.0.1", Role.Admin);
        await Database.AddAsync("10.0.0.2", expiresAt: now.AddDays(14).AddHours(1));
        await Database.AddAsync("10.0.0.3", expiresAt: now.AddDays(15).AddHours(2));
        await Database.AddAsync("10.0.0.4", enabled: false, expiresAt: now.AddHours(2));
        await Database.AddAsync("10.0.0.5", expiresAt: now.AddHours(1));
        await Database.AddAsync("10.0.0.6", Role.Admin, enabled: false, expiresAt: now.AddHours(1));
        Database.Time.Advance(TimeSpan.FromHours(1));

        var page = await Store.ListAsync(new(Role: role, State: state), Cancelled);

        Assert.Equal(found, string.Join(' ', page.Items.Select(r => r.Network)));
        if (role is null && state is { } counted)
            Assert.Equal(page.Total, await Store.CountAsync(counted, Cancelled));
        if (state is { } all and not RegistrationState.Enabled)
            Assert.All(page.Items, row => Assert.Equal(all, row.StateAt(Database.Time.GetUtcNow())));
    }

    [Theory]
    [InlineData("10.0.0.0/8", "10.0.0.0/8 10.0.0.0/16 10.0.0.0 10.255.255.255")]
    [InlineData("10.0.0.0/16", "10.0.0.0/16 10.0.0.0")]
    [InlineData("10.0.0.0", "10.0.0.0")]
    [InlineData("2001:db8::/32", "2001:db8::/32 2001:db8::7")]
    [InlineData("10.0.0.0/12", "")]
    [InlineData("nothing", "")]
    public async Task A_list_can_hold_a_network_and_what_lies_inside_it(string within, string found)
    {
        foreach (var network in new[] { "9.0.0.1", "10.0.0.0", "10.0.0.0/8", "10.0.0.0/16", "10.255.255.255", "11.0.0.0", "2001:db8::/32", "2001:db8::7", "2001:db9::7" })
            await Database.AddAsync(network);

        var page = await Store.ListAsync(new(Within: within), Cancelled);

        Assert.Equal(found, string.Join(' ', page.Items.Select(r => r.Network)));
    }

    [Fact]
    public async Task A_search_that_makes_no_sense_finds_nothing()
    {
        await Database.AddAsync("10.0.0.1", label: "Anna's PC");

        foreach (var search in new[] { new string('x', 100_000), "a\ud83d", "a\0b", "\uFFFF" })
            Assert.Empty((await Store.ListAsync(new(search), Cancelled)).Items);
    }

    [Fact]
    public async Task A_page_past_the_end_answers_the_last_one_and_sizes_are_from_1_to_200()
    {
        await FillAsync(205);

        var past = await Store.ListAsync(new(Page: int.MaxValue, PageSize: 50), Cancelled);
        var before = await Store.ListAsync(new(Page: int.MinValue, PageSize: int.MinValue), Cancelled);
        var large = await Store.ListAsync(new(PageSize: int.MaxValue), Cancelled);
        var none = await Store.ListAsync(new("nobody", Page: 9), Cancelled);

        Assert.Equal((205, 5, 50, 5, 5), (past.Total, past.Page, past.PageSize, past.PageCount, past.Items.Count));
        Assert.Equal((205, 1, 1, 205, 1), (before.Total, before.Page, before.PageSize, before.PageCount, before.Items.Count));
        Assert.Equal((1, 200, 2, 200), (large.Page, large.PageSize, large.PageCount, large.Items.Count));
        Assert.Equal((0, 1, 1, 0), (none.Total, none.Page, none.PageCount, none.Items.Count));
    }

    [Fact]
    public async Task Every_column_sorts_both_ways_and_the_pages_hold_each_row_once()
    {
        await FillAsync(2500);
        var rows = await Store.AllAsync(Cancelled);
        foreach (var sort in Enum.GetValues<RegisteredIpSort>())
            foreach (var descending in new[] { false, true })
            {
                var listed = new List<RegisteredIp>();
                for (var page = 1; page <= 13; page++)
                    listed.AddRange((await Store.ListAsync(new(null, sort, descending, page, 200), Cancelled)).Items);

                Assert.Equal(Expected(rows, sort, descending).Select(r => r.Id), listed.Select(r => r.Id));
            }
    }

    [Fact]
    public async Task Lists_stay_whole_while_others_write()
    {
        await FillAsync(1000);

        var writing = Task.Run(
            async () =>
            {
                for (var i = 0; i < 40; i++) await Database.AddAsync($"172.16.0.{i}");
            },
            Cancelled);
        var reading = Enumerable.Range(0, 4).Select(reader => Task.Run(
            async () =>
            {
                do
                {
                    var page = await Store.ListAsync(new("10.", (RegisteredIpSort)reader, Page: 3, PageSize: 100), Cancelled);
                    Assert.Equal((100, 1000), (page.Items.Count, page.Total));
                }
                while (!writing.IsCompleted);
            },
            Cancelled));

        await Task.WhenAll(reading.Append(writing));
    }

    private static IEnumerable<RegisteredIp> Expected(IEnumerable<RegisteredIp> rows, RegisteredIpSort sort, bool descending)
    {
        Func<RegisteredIp, (bool Last, object Key)> key = sort switch
        {
            RegisteredIpSort.Role => r => (false, (int)r.Role),
            RegisteredIpSort.Port => r => (r.Port is null, r.Port ?? 0),
            RegisteredIpSort.Label => r => (false, r.Label.ToUpperInvariant()),
            RegisteredIpSort.Enabled => r => (false, r.Enabled),
            RegisteredIpSort.ExpiresAt => r => (r.ExpiresAt is null, r.ExpiresAt ?? default),
            RegisteredIpSort.UpdatedAt => r => (false, r.UpdatedAt),
            _ => r => (false, NetworkNotation.SortKey(r.Network)),
        };
        var compare = Comparer<object>.Create((a, b) => (a is string x && b is string y
            ? string.CompareOrdinal(x, y)
            : Comparer<object>.Default.Compare(a, b)) * (descending ? -1 : 1));
        return rows.OrderBy(r => key(r).Last).ThenBy(r => key(r).Key, compare)
            .ThenBy(r => NetworkNotation.SortKey(r.Network), StringComparer.Ordinal);
    }

    private async Task FillAsync(int count)
    {
        var random = new Random(3);
        var now = Database.Time.GetUtcNow();
        await using var context = Database.CreateDbContext();
        context.RegisteredIps.AddRange(Enumerable.Range(0, count).Select(i => new RegisteredIp
        {
            Network = i % 5 == 4
                ? string.Create(CultureInfo.InvariantCulture, $"10.{i / 256}.{i % 256}.0/24")
                : string.Create(CultureInfo.InvariantCulture, $"10.{i / 256}.{i % 256}.{random.Next(256)}"),
            Role = (Role)random.Next(2),
            Port = i % 3 == 0 ? 20_000 - i : null,
            Label = string.Create(CultureInfo.InvariantCulture, $"{(i % 2 == 0 ? 'l' : 'L')}abel {random.Next(50)}"),
            Enabled = random.Next(2) == 0,
            ExpiresAt = i % 4 == 0 ? now.AddMinutes(random.Next(100)).ToOffset(TimeSpan.FromHours(random.Next(9))) : null,
            UpdatedAt = now.AddSeconds(random.Next(300)),
        }));
        await context.SaveChangesAsync(Cancelled);
    }
}
