using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Portal.Data;
using Portal.Web.Access;
using Xunit;

namespace Portal.Tests.Fuzz;

/// <summary>Addresses and networks, compared with their bits written out.</summary>
public sealed class NetworkFuzz
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private static readonly Gen<string> Typed = Fuzzing.Of(
        "0", "1", "9", "10", "25", "255", "256", "00", "a", "f", "ffff", "::ffff:", ".", ".", ".0", ":", ":", "::", "/", "/8", "/32", "/128", "%", "[", "]", "x", " ", "-", "٣", "\0");

    /// <summary>Few different bytes, so that networks hold each other and addresses lie at their edges.</summary>
    private static readonly Gen<IPAddress> Addresses =
        from isIpv4 in Gen.Elements(true, false)
        from bytes in Gen.Elements<byte>(0, 0, 1, 127, 128, 255).ArrayOf(isIpv4 ? 4 : 16)
        select new IPAddress(bytes);

    private static readonly Gen<IPNetwork> Networks =
        from address in Addresses
        from bits in Gen.Choose(0, 128)
        select NetworkOf(address, bits % ((address.GetAddressBytes().Length * 8) + 1));

    [Fact]
    public void What_is_read_is_an_address_to_the_system_too_and_reads_again_as_it_is_written() => Fuzzing.Holds(Typed, text =>
    {
        if (!NetworkNotation.TryParse(text, out var network, out _, out var suggestion))
        {
            Assert.True(suggestion is null || NetworkNotation.TryParse(suggestion, out _), suggestion);
            return;
        }

        Assert.True(IPAddress.TryParse(text.Trim().Split('/')[0], out var address));
        Assert.Equal(NetworkNotation.Normalize(address), network.BaseAddress);
        AssertCanonical(network);
    }, 10_000);

    [Fact]
    public void Every_network_is_written_in_one_way_and_read_again() => Fuzzing.Holds(Networks, network =>
    {
        // IPv4 within IPv6 is IPv4.
        if (!network.BaseAddress.IsIPv4MappedToIPv6)
            AssertCanonical(network);
    }, 5000);

    [Fact]
    public void A_network_holds_the_addresses_that_begin_with_its_bits() =>
        Fuzzing.Holds(Networks.Zip(Addresses), (pair) => Assert.Equal(Holds(pair.Item1, pair.Item2), pair.Item1.Contains(pair.Item2)), 5000);

    [Fact]
    public void The_longest_prefix_decides_as_it_does_when_all_rows_are_looked_at() =>
        Fuzzing.Holds(Networks.ListOf().Zip(Addresses.ListOf()), both =>
        {
            var rows = both.Item1.Where(network => !network.BaseAddress.IsIPv4MappedToIPv6).Distinct().ToList();
            var table = new AccessTable(rows.Select((network, i) => new RegisteredIp
            {
                Id = i,
                Network = NetworkNotation.Format(network),
                Role = Role.User,
                Enabled = i % 3 > 0,
            }));

            foreach (var address in both.Item2.Concat(rows.Select(row => row.BaseAddress)))
            {
                var normal = NetworkNotation.Normalize(address);
                var deciding = rows.Index().Where(row => Holds(row.Item, normal)).OrderByDescending(row => row.Item.PrefixLength)
                    .Select(row => (int?)row.Index).FirstOrDefault();

                Assert.Equal(deciding, table.Decide(address)?.Row.Id);
                Assert.Equal(deciding % 3 > 0 ? deciding : null, table.Find(address, Now)?.Row.Id);
            }

            foreach (var (i, row) in rows.Index())
            {
                var coverage = table.CoverageOf(new RegisteredIp { Id = i, Network = NetworkNotation.Format(row), Role = Role.User });
                var wider = rows.Where(other => other.PrefixLength < row.PrefixLength && Holds(other, row.BaseAddress)).OrderByDescending(other => other.PrefixLength);
                Assert.Equal(wider.Select(NetworkNotation.Format).FirstOrDefault(), coverage?.Wider?.Network);
                Assert.Equal(rows.Count(other => other.PrefixLength > row.PrefixLength && Holds(row, other.BaseAddress)), coverage?.Inside);
            }
        }, 150);

    private static void AssertCanonical(IPNetwork network)
    {
        var text = NetworkNotation.Format(network);
        Assert.InRange(text.Length, 1, NetworkNotation.MaxLength);
        Assert.True(NetworkNotation.TryParse(text, out var again), text);
        Assert.Equal(network, again);
        Assert.Equal(text, NetworkNotation.Format(again));
    }

    private static IPNetwork NetworkOf(IPAddress address, int bits)
    {
        var kept = Bits(address)[..bits].PadRight(Bits(address).Length, '0');
        return new IPNetwork(new IPAddress([.. kept.Chunk(8).Select(eight => Convert.ToByte(new string(eight), 2))]), bits);
    }

    private static bool Holds(IPNetwork network, IPAddress address) =>
        network.BaseAddress.AddressFamily == address.AddressFamily
        && Bits(address).StartsWith(Bits(network.BaseAddress)[..network.PrefixLength], StringComparison.Ordinal);

    private static string Bits(IPAddress address) => string.Concat(address.GetAddressBytes().Select(one => one.ToString("b8", null)));
}
