using System.Net;
using System.Net.Sockets;

namespace Portal.Data;

/// <summary>
/// The one way in which the registry writes addresses and networks: <c>10.1.2.3</c>, <c>10.1.0.0/16</c>,
/// <c>2001:db8::/32</c>. A network of one address is written as the address; IPv4 inside IPv6
/// (<c>::ffff:10.1.2.3</c>, RFC 4291 section 2.5.5.2) is IPv4.
/// </summary>
public static class NetworkNotation
{
    /// <summary>The longest text of an address: six groups of four digits, then an IPv4 address.</summary>
    public const int MaxLength = 45;

    private const int MappedPrefix = 96;

    /// <summary>Reads an address or a network; white space around it is ignored, nothing else that is too much.</summary>
    /// <param name="error">What is wrong, when the answer is false.</param>
    /// <param name="suggestion">
    /// The canonical network that was probably meant, for <see cref="RegistryErrorCode.NetworkHasHostBits"/>.
    /// </param>
    public static bool TryParse(
        string? text, out IPNetwork network, out RegistryErrorCode error, out string? suggestion)
    {
        network = default;
        suggestion = null;
        error = RegistryErrorCode.NetworkRequired;
        var trimmed = (text ?? "").Trim();
        if (trimmed.Length == 0) return false;

        error = RegistryErrorCode.NetworkInvalid;
        if (trimmed.Length > MaxLength) return false;
        var parts = trimmed.Split('/');
        if (parts.Length > 2 || !StrictAddress.TryParse(parts[0], out var address)) return false;

        var prefix = BitsOf(address);
        if (parts.Length == 2 && !StrictAddress.TryParseNumber(parts[1], BitsOf(address), out prefix)) return false;

        if (address.IsIPv4MappedToIPv6 && prefix >= MappedPrefix)
        {
            address = address.MapToIPv4();
            prefix -= MappedPrefix;
        }

        var meant = NetworkOf(address, prefix);
        if (!meant.BaseAddress.Equals(address))
        {
            error = RegistryErrorCode.NetworkHasHostBits;
            suggestion = Format(meant);
            return false;
        }

        network = meant;
        return true;
    }

    /// <summary>Reads an address or a network where it does not matter what is wrong with it.</summary>
    public static bool TryParse(string? text, out IPNetwork network) => TryParse(text, out network, out _, out _);

    /// <summary>Reads a text that was checked before.</summary>
    /// <exception cref="FormatException">It was not.</exception>
    public static IPNetwork Parse(string text) => TryParse(text, out var network)
        ? network
        : throw new FormatException($"'{text}' is neither an address nor a network.");

    /// <summary>The canonical text.</summary>
    public static string Format(IPNetwork network) =>
        IsSingleAddress(network) ? network.BaseAddress.ToString() : network.ToString();

    /// <summary>True for a /32 of IPv4 and a /128 of IPv6.</summary>
    public static bool IsSingleAddress(IPNetwork network) => network.PrefixLength == BitsOf(network.BaseAddress);

    /// <summary>The address as the registry knows it: IPv4 inside IPv6 is IPv4, an interface's scope is dropped.</summary>
    public static IPAddress Normalize(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        return address is { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: not 0 }
            ? new IPAddress(address.GetAddressBytes())
            : address;
    }

    /// <summary>The canonical text of the 33 or 129 networks that hold the address, the most specific first.</summary>
    public static IReadOnlyList<string> CandidatesFor(IPAddress address)
    {
        var normal = Normalize(address);
        var bits = BitsOf(normal);
        return [.. Enumerable.Range(0, bits + 1).Select(shorter => Format(NetworkOf(normal, bits - shorter)))];
    }

    /// <summary>
    /// A text whose ordinal order is the numeric one: IPv4 before IPv6, then by address, the wider network first.
    /// What cannot be read (typed into the database by hand) sorts by itself, last.
    /// </summary>
    internal static string SortKey(string canonical)
    {
        if (!TryParse(canonical, out var network)) return "?" + canonical;
        var family = network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? '4' : '6';
        return $"{family}{Convert.ToHexString(network.BaseAddress.GetAddressBytes())}{network.PrefixLength:X2}";
    }

    private static int BitsOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;

    private static IPNetwork NetworkOf(IPAddress address, int prefix)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] &= (byte)(0xFF00 >> Math.Clamp(prefix - (i * 8), 0, 8));
        return new IPNetwork(new IPAddress(bytes), prefix);
    }
}
