using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using System.Runtime.CompilerServices;
using Portal.Data;

namespace Portal.Web.Access;

/// <summary>
/// The registry as the request path sees it: immutable, and asked without a lock, a query or an allocation.
/// The most specific row decides, whatever its state: a disabled address is refused inside an enabled network.
/// </summary>
internal sealed class AccessTable
{
    private readonly PrefixTable<uint> _ipv4;
    private readonly PrefixTable<UInt128> _ipv6;

    public AccessTable(IEnumerable<RegisteredIp> rows)
    {
        var all = rows.ToList();
        Unreadable = [.. all.Where(row => !NetworkNotation.TryParse(row.Network, out _))];
        var entries = all.Except(Unreadable)
            .Select(row => (Network: NetworkNotation.Parse(row.Network), Entry: new AccessEntry(row)))
            .ToLookup(pair => pair.Network.BaseAddress.AddressFamily);
        _ipv4 = new PrefixTable<uint>(entries[AddressFamily.InterNetwork], Ipv4Key);
        _ipv6 = new PrefixTable<UInt128>(entries[AddressFamily.InterNetworkV6], Ipv6Key);
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
        Decide(address) is { } entry && entry.IsActive(now) ? entry : null;

    /// <summary>The row that decides about this address, whether it admits or refuses; null: no row holds it.</summary>
    public AccessEntry? Decide(IPAddress address) =>
        address.AddressFamily is AddressFamily.InterNetwork || address.IsIPv4MappedToIPv6
            ? _ipv4.Find(Ipv4Key(address))
            : _ipv6.Find(Ipv6Key(address));

    /// <summary>What a row covers; null: its network cannot be read.</summary>
    public Coverage? CoverageOf(RegisteredIp row)
    {
        if (!NetworkNotation.TryParse(row.Network, out var network))
            return null;
        return network.BaseAddress.AddressFamily is AddressFamily.InterNetwork
            ? _ipv4.CoverageOf(Ipv4Key(network.BaseAddress), network.PrefixLength)
            : _ipv6.CoverageOf(Ipv6Key(network.BaseAddress), network.PrefixLength);
    }

    private static uint Ipv4Key(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        _ = address.TryWriteBytes(bytes, out var written);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes[(written - sizeof(uint))..]); // mapped ones hold it last
    }

    private static UInt128 Ipv6Key(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        _ = address.TryWriteBytes(bytes, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    /// <summary>One dictionary for each prefix length in use, the longest first.</summary>
    /// <typeparam name="TKey">An address as a number: as many bits as it has.</typeparam>
    private sealed class PrefixTable<TKey>
        where TKey : unmanaged, IBinaryInteger<TKey>, IMinMaxValue<TKey>
    {
        private readonly (TKey Mask, FrozenDictionary<TKey, AccessEntry> Entries)[] _prefixes;
        private readonly TKey[] _addresses;

        public PrefixTable(IEnumerable<(IPNetwork Network, AccessEntry Entry)> entries, Func<IPAddress, TKey> keyOf)
        {
            _prefixes =
            [
                .. entries.GroupBy(pair => pair.Network.PrefixLength)
                    .OrderByDescending(group => group.Key)
                    .Select(group => (
                        MaskOf(group.Key),
                        group.ToFrozenDictionary(pair => keyOf(pair.Network.BaseAddress), pair => pair.Entry))),
            ];
            _addresses = [.. _prefixes.SelectMany(prefix => prefix.Entries.Keys).Order()];
        }

        private static int Bits => Unsafe.SizeOf<TKey>() * 8;

        public AccessEntry? Find(TKey address)
        {
            foreach (var (mask, entries) in _prefixes)
            {
                if (entries.TryGetValue(address & mask, out var entry))
                    return entry;
            }

            return null;
        }

        public Coverage CoverageOf(TKey network, int prefix) =>
            new(Bits - prefix, Wider(network, prefix)?.Row, CountInside(network, prefix));

        private static TKey MaskOf(int prefix) => prefix is 0 ? TKey.Zero : TKey.MaxValue << (Bits - prefix);

        /// <summary>The most specific of those that hold the network and more.</summary>
        private AccessEntry? Wider(TKey network, int prefix)
        {
            foreach (var (mask, entries) in _prefixes.Where(one => one.Mask < MaskOf(prefix)))
            {
                if (entries.TryGetValue(network & mask, out var entry))
                    return entry;
            }

            return null;
        }

        /// <summary>How many begin within the network, but for itself and the wider ones that begin where it does.</summary>
        private int CountInside(TKey network, int prefix)
        {
            var mask = MaskOf(prefix);
            var atLeastAsWide = _prefixes.Count(one => one.Mask <= mask && one.Entries.ContainsKey(network));
            return CountWhile(address => address <= (network | ~mask)) - CountWhile(address => address < network) - atLeastAsWide;
        }

        /// <summary>For how many addresses, from the lowest on, it is true.</summary>
        private int CountWhile(Func<TKey, bool> isTrue)
        {
            var (low, high) = (0, _addresses.Length);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (isTrue(_addresses[middle])) low = middle + 1;
                else high = middle;
            }

            return low;
        }
    }
}
