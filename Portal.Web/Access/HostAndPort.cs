using System.Globalization;
using System.Text.RegularExpressions;
using Portal.Data;

namespace Portal.Web.Access;

/// <summary>
/// Represents the host and port of a web address (RFC 3986, section 3.2) in the spelling that browsers send: letters, digits,
/// hyphens and underscores, IPv4 in four decimal numbers, IPv6 in brackets.
/// </summary>
/// <param name="Host">In small letters; IPv6 with its brackets.</param>
/// <param name="Port">Null where none is named.</param>
internal readonly partial record struct HostAndPort(string Host, int? Port)
{
    // RFC 1035, section 2.3.4.
    private const int LongestName = 253, LongestLabel = 63, LongestPort = 5;

    /// <summary>Reads <c>Host</c>, and what follows <c>://</c> in <c>Origin</c>. False for what no web address holds.</summary>
    public static bool TryParse(string text, out HostAndPort parsed)
    {
        parsed = default;
        var end = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) + 1 : text.IndexOf(':', StringComparison.Ordinal);
        var host = end < 0 ? text : text[..end];
        int? port = null;
        if (host.Length < text.Length)
        {
            if (!TryParsePort(text.AsSpan(host.Length), out var number))
                return false;
            port = number;
        }

        if (!IsHost(host))
            return false;
        parsed = new(host.ToLowerInvariant(), port);
        return true;
    }

    private static bool TryParsePort(ReadOnlySpan<char> text, out int port)
    {
        port = 0;
        return text is [':', >= '1' and <= '9', ..] && text.Length <= LongestPort + 1
            && text[1..].IndexOfAnyExceptInRange('0', '9') < 0
            && int.TryParse(text[1..], NumberStyles.None, CultureInfo.InvariantCulture, out port)
            && port <= ushort.MaxValue;
    }

    private static bool IsHost(string host)
    {
        if (host is ['[', .. var inner, ']'])
            return inner.Contains(':', StringComparison.Ordinal) && IsAddress(inner);
        var name = host.EndsWith('.') ? host[..^1] : host;
        if (name.Length is 0 or > LongestName)
            return false;
        var labels = name.Split('.');
        return Array.TrueForAll(labels, IsLabel)
            && (!Number.IsMatch(labels[^1]) || (IsAddress(name) && name.Length == host.Length))
            && (!name.Contains("xn--", StringComparison.OrdinalIgnoreCase) || IsPunycode(name));
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= LongestLabel && label[0] is not '-' && label[^1] is not '-' && label.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');

    private static bool IsAddress(string text) => !text.Contains('/', StringComparison.Ordinal)
        && text.AsSpan().IndexOfAny(" \t") < 0 && NetworkNotation.TryParse(text, out _);

    /// <summary>False for Punycode of no letters (<c>xn--</c>), at which the framework throws.</summary>
    private static bool IsPunycode(string name)
    {
        try
        {
            _ = HostString.FromUriComponent(name);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>A name that ends so is an address to browsers (WHATWG URL, <c>ends in a number</c>): <c>127.1</c>, <c>0x7f000001</c>.</summary>
    [GeneratedRegex("^([0-9]+|0[xX][0-9a-fA-F]*)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Number { get; }
}
