using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Portal.Data;

/// <summary>
/// Reads an IP address as people write it and nothing else. <see cref="IPAddress.TryParse(string?, out IPAddress?)"/>
/// takes <c>10.1</c>, <c>010.1.2.3</c>, <c>0x7f.1</c>, <c>1</c>, <c>[::1]:80</c> and <c>fe80::1%eth0</c> too: each is
/// another address than the one an admin believes to have typed.
/// </summary>
internal static class StrictAddress
{
    public static bool TryParse(string text, out IPAddress address) =>
        text.Contains(':', StringComparison.Ordinal) ? TryParseIPv6(text, out address) : TryParseIPv4(text, out address);

    private static bool TryParseIPv4(string text, out IPAddress address)
    {
        address = IPAddress.None;
        Span<byte> bytes = stackalloc byte[4];
        var parts = text.Split('.');
        if (parts.Length != bytes.Length) return false;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (!TryParseNumber(parts[i], byte.MaxValue, out var number)) return false;
            bytes[i] = (byte)number;
        }

        address = new IPAddress(bytes);
        return true;
    }

    private static bool TryParseIPv6(string text, out IPAddress address)
    {
        address = IPAddress.IPv6None;
        if (!text.All(c => char.IsAsciiHexDigit(c) || c is ':' or '.')) return false;
        if (text.Contains('.', StringComparison.Ordinal)
            && !TryParseIPv4(text[(text.LastIndexOf(':') + 1)..], out _)) return false;
        if (!IPAddress.TryParse(text, out var parsed) || parsed.AddressFamily != AddressFamily.InterNetworkV6) return false;

        address = parsed;
        return true;
    }

    /// <summary>ASCII digits without leading zeros, from 0 to <paramref name="max"/>.</summary>
    public static bool TryParseNumber(string text, int max, out int number)
    {
        // int.TryParse passes over NUL characters at the end, whatever the style.
        number = 0;
        return text.Length <= 3
            && text.All(char.IsAsciiDigit)
            && !(text.Length > 1 && text[0] == '0')
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && number <= max;
    }
}
