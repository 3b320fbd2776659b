using System.Globalization;
using System.Net;
using Portal.Data;
using Portal.Web.Access;
using Xunit;

namespace Portal.Tests.Access;

public sealed class AccessTableTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("10.1.2.3", "host")]
    [InlineData("10.1.2.4", "24")]
    [InlineData("10.1.9.9", "16")]
    [InlineData("10.9.9.9", "all")]
    [InlineData("::ffff:10.1.2.3", "host")]
    [InlineData("2001:db8::1", "v6 host")]
    [InlineData("2001:db8::2", "v6 32")]
    [InlineData("2001:db9::2", null)]
    public void The_most_specific_row_decides(string address, string? label)
    {
        var table = new AccessTable(
        [
            Row("0.0.0.0/0", "all"), Row("10.1.0.0/16", "16"), Row("10.1.2.0/24", "24"), Row("10.1.2.3", "host"),
            Row("2001:db8::/32", "v6 32"), Row("2001:db8::1", "v6 host"),
        ]);

        Assert.Equal(label, table.Find(IPAddress.Parse(address), Now)?.Row.Label);
    }

    [Theory]
    [InlineData("0.0.0.0/0", 32, null, 5)]
    [InlineData("10.0.0.0/8", 24, "all", 4)]
    [InlineData("10.0.0.0/16", 16, "8", 2)]
    [InlineData("10.0.0.0", 0, "16", 0)]
    [InlineData("10.0.255.255", 0, "16", 0)]
    [InlineData("10.1.0.0/24", 8, "8", 0)]
    [InlineData("2001:db8::/64", 64, null, 1)]
    [InlineData("2001:db8::ffff:ffff:ffff:ffff", 0, "64", 0)]
    [InlineData("no network", -1, null, 0)]
    public void A_row_knows_what_it_covers_the_row_that_holds_it_and_how_many_lie_inside(string network, int bits, string? wider, int inside)
    {
        var table = new AccessTable(
        [
            Row("0.0.0.0/0", "all"), Row("10.0.0.0/8", "8"), Row("10.0.0.0/16", "16"), Row("10.0.0.0", "first"), Row("10.0.255.255", "last"),
            Row("10.1.0.0/24", "24"), Row("2001:db8::/64", "64"), Row("2001:db8::ffff:ffff:ffff:ffff", "v6 host"),
        ]);

        var coverage = table.CoverageOf(Row(network, ""));

        Assert.Equal((bits, wider, inside), (coverage?.Bits ?? -1, coverage?.Wider?.Label, coverage?.Inside ?? 0));
    }

    [Fact]
    public void A_row_that_is_disabled_or_over_refuses_within_a_network_that_admits()
    {
        var table = new AccessTable(
        [
            Row("10.0.0.0/8", "all"), Row("10.0.0.1", "disabled", enabled: false), Row("10.0.0.2", "over", expiresAt: Now),
            Row("10.1.0.0/16", "disabled network", enabled: false), Row("10.1.0.1", "admitted"),
        ]);

        Assert.Equal((null, null, null), (Find("10.0.0.1"), Find("10.0.0.2"), Find("10.1.9.9")));
        Assert.Equal(("admitted", "all"), (Find("10.1.0.1"), Find("10.0.0.3")));

        string? Find(string address) => table.Find(IPAddress.Parse(address), Now)?.Row.Label;
    }

    [Fact]
    public void Expiry_counts_at_the_moment_of_the_question()
    {
        var table = new AccessTable([Row("10.0.0.1", "guest", expiresAt: Now)]);

        Assert.NotNull(table.Find(IPAddress.Parse("10.0.0.1"), Now.AddTicks(-1)));
        Assert.Null(table.Find(IPAddress.Parse("10.0.0.1"), Now));
    }

    [Fact]
    public void It_agrees_with_the_rule_written_naively_on_random_registries()
    {
        var random = new Random(4711);
        for (var round = 0; round < 60; round++)
        {
            var rows = Enumerable.Range(0, random.Next(1, 60)).Select(_ => RandomNetwork(random)).Distinct(StringComparer.Ordinal)
                .Select(network => Row(network, network, random.Next(4) > 0, random.Next(4) > 0 ? null : Now.AddHours(random.Next(-1, 2))))
                .ToList();
            var table = new AccessTable(rows);

            for (var i = 0; i < 200; i++)
            {
                var address = RandomAddress(random);
                var naive = DecidingRow.For(address, rows);

                Assert.Equal(naive?.Network, table.Decide(address)?.Row.Network);
                Assert.Equal(naive?.IsActive(Now) is true ? naive.Network : null, table.Find(address, Now)?.Row.Network);
            }
        }
    }

    [Fact]
    public void Asking_allocates_nothing()
    {
        var rows = Enumerable.Range(0, 5000).Select(i => Row(Text($"10.{i / 250}.{i % 250}.1"), ""));
        var table = new AccessTable([.. rows, Row("172.16.0.0/12", ""), Row("2001:db8::/32", "")]);
        IPAddress[] asked =
        [
            IPAddress.Parse("10.3.7.1"), IPAddress.Parse("172.17.0.1"), IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::7"),
            IPAddress.Parse("::ffff:10.3.7.1"),
        ];
        var found = Ask();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            found += Ask();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(4 * 1001, found);

        int Ask()
        {
            var count = 0;
            foreach (var address in asked)
                count += table.Find(address, Now) is null ? 0 : 1;
            return count;
        }
    }

    [Fact]
    public void The_same_client_is_the_same_object_while_they_keep_asking()
    {
        var entry = new AccessTable([Row("10.0.0.0/8", "")]).Find(IPAddress.Parse("10.0.0.1"), Now);

        Assert.NotNull(entry);
        Assert.Same(entry.IdentityOf(IPAddress.Parse("10.0.0.1")), entry.IdentityOf(IPAddress.Parse("10.0.0.1")));
        Assert.Equal("10.0.0.2", entry.IdentityOf(IPAddress.Parse("10.0.0.2")).DisplayName);
    }

    [Fact]
    public void A_row_that_cannot_be_read_decides_about_nobody()
    {
        var table = new AccessTable([Row("10.1.2", "typed by hand"), Row("10.0.0.0/8", "readable")]);

        Assert.Equal("readable", table.Find(IPAddress.Parse("10.1.0.2"), Now)?.Row.Label);
    }

    private static RegisteredIp Row(string network, string label, bool enabled = true, DateTimeOffset? expiresAt = null) =>
        new() { Network = network, Role = Role.User, Label = label, Enabled = enabled, ExpiresAt = expiresAt };

    private static string RandomNetwork(Random random)
    {
        var address = RandomAddress(random);
        var isIpv4 = address.GetAddressBytes().Length is 4 || address.IsIPv4MappedToIPv6;
        var networks = NetworkNotation.CandidatesFor(address);
        return networks[random.Next(isIpv4 ? 33 : 129)];
    }

    // Few bits vary, so that networks hold one another often.
    private static IPAddress RandomAddress(Random random)
    {
        var low = random.Next(4);
        var high = random.Next(4);
        return IPAddress.Parse(random.Next(3) switch
        {
            0 => Text($"10.{high}.0.{low}"),
            1 => Text($"::ffff:10.{high}.0.{low}"),
            _ => Text($"2001:db8:{high}::{low}"),
        });
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
