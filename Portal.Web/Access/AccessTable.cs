using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;
using Portal.Data;

namespace Portal.Web.Access;

/// <summary>
/// The registry as the request path sees it: immutable, and asked without a lock, a query or an allocation.
/// The most specific row decides, whatever its state: a disabled address is refused inside an enabled network.
/// </summary>
internal sealed class AccessTable
{
    private const int Ipv4Bits = 32, Ipv6Bits = 128;

    private readonly PrefixTable _ipv4;
    private readonly PrefixTable _ipv6;

    public AccessTable(IEnumerable<RegisteredIp> rows)
    {
        var all = rows.ToList();
        Unreadable = [.. all.Where(row => !NetworkNotation.TryParse(row.Network, out _))];
        var entries = all.Except(Unreadable)
            .Select(row => (Network: NetworkNotation.Parse(row.Network), Entry: new AccessEntry(row)))
            .ToLookup(pair => pair.Network.BaseAddress.AddressFamily);
        _ipv4 = new PrefixTable(entries[AddressFamily.InterNetwork]);
        _ipv6 = new PrefixTable(entries[AddressFamily.InterNetworkV6]);
        Count = all.Count;
        RegisteredPorts = entries.SelectMany(family => family)
            .Where(pair => pair.Entry.Row.Port is not null)
            .ToFrozenDictionary(pair => pair.Entry.Row.Port.GetValueOrDefault(), pair => pair.Network.BaseAddress);
    }

    public static AccessTable Empty { get; } = new([]);

    /// <summary>How many rows it holds, disabled and expired ones included.</summary>
    public int Count { get; }

    /// <summary>Rows whose network was typed into the database by hand and is none; they decide about nobody.</summary>
    public IReadOnlyList<RegisteredIp> Unreadable { get; }

    /// <summary>Which address each registered port belongs to.</summary>
    public FrozenDictionary<int, IPAddress> RegisteredPorts { get; }

    /// <summary>The row that admits this address now, or null. IPv4-mapped addresses are IPv4.</summary>
    public AccessEntry? Find(IPAddress address, DateTimeOffset now) =>
        Decide(address) is { } entry && entry.Row.IsActive(now) ? entry : null;

    /// <summary>The row that decides about this address, whether it admits or refuses; null: no row holds it.</summary>
    public AccessEntry? Decide(IPAddress address) =>
        address.AddressFamily is AddressFamily.InterNetwork || address.IsIPv4MappedToIPv6
            ? _ipv4.Find(KeyOf(address))
            : _ipv6.Find(KeyOf(address));

    /// <summary>What a row covers; null: its network cannot be read.</summary>
    public Coverage? CoverageOf(RegisteredIp row)
    {
        if (!NetworkNotation.TryParse(row.Network, out var network))
            return null;
        var isIpv4 = network.BaseAddress.AddressFamily is AddressFamily.InterNetwork;
        var table = isIpv4 ? _ipv4 : _ipv6;
        var key = KeyOf(network.BaseAddress);
        return new(
            (isIpv4 ? Ipv4Bits : Ipv6Bits) - network.PrefixLength,
            table.Wider(key, network.PrefixLength)?.Row,
            table.CountInside(key, network.PrefixLength));
    }

    /// <summary>The address left-aligned in 128 bits, so that a prefix is the same bits in both families.</summary>
    private static UInt128 KeyOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        _ = address.TryWriteBytes(bytes, out var written);
        if (address.IsIPv4MappedToIPv6)
        {
            bytes = bytes[12..];
            written = 4;
        }

        return written is 4
            ? (UInt128)BinaryPrimitives.ReadUInt32BigEndian(bytes) << (Ipv6Bits - Ipv4Bits)
            : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    /// <summary>One dictionary for each prefix length in use, the longest first.</summary>
    private sealed class PrefixTable
    {
        private readonly (UInt128 Mask, FrozenDictionary<UInt128, AccessEntry> Entries)[] prefixes;
        private readonly UInt128[] addresses;

        public PrefixTable(IEnumerable<(IPNetwork Network, AccessEntry Entry)> entries)
        {
            prefixes =
            [
                .. entries.GroupBy(pair => pair.Network.PrefixLength)
                    .OrderByDescending(group => group.Key)
                    .Select(group => (
                        MaskOf(group.Key),
                        group.ToFrozenDictionary(pair => KeyOf(pair.Network.BaseAddress), pair => pair.Entry))),
            ];
            addresses = [.. prefixes.SelectMany(prefix => prefix.Entries.Keys).Order()];
        }

        private static UInt128 MaskOf(int prefix) => prefix is 0 ? UInt128.Zero : UInt128.MaxValue << (Ipv6Bits - prefix);

        /// <summary>The most specific of those that hold the network and more.</summary>
        public AccessEntry? Wider(UInt128 network, int prefix)
        {
            foreach (var (mask, entries) in prefixes.Where(one => one.Mask < MaskOf(prefix)))
            {
                if (entries.TryGetValue(network & mask, out var entry))
                    return entry;
            }

            return null;
        }

        /// <summary>How many begin within the network, but for itself and the wider ones that begin where it does.</summary>
        public int CountInside(UInt128 network, int prefix)
        {
            var mask = MaskOf(prefix);
            var atLeastAsWide = prefixes.Count(one => one.Mask <= mask && one.Entries.ContainsKey(network));
            return CountWhile(address => address <= (network | ~mask)) - CountWhile(address => address < network) - atLeastAsWide;
        }

        /// <summary>For how many addresses, from the lowest on, it is true.</summary>
        private int CountWhile(Func<UInt128, bool> isTrue)
        {
            var (low, high) = (0, addresses.Length);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (isTrue(addresses[middle])) low = middle + 1;
                else high = middle;
            }

            return low;
        }

        public AccessEntry? Find(UInt128 address)
        {
            foreach (var (mask, entries) in prefixes)
            {
                if (entries.TryGetValue(address & mask, out var entry))
                    return entry;
            }

            return null;
        }
    }
}
