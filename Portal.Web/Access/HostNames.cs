using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using Microsoft.Extensions.Options;

namespace Portal.Web.Access;

/// <summary>
/// The names that people reach the portal by. Who somebody is depends on their address alone: a page of another site whose
/// name is made to lead here (DNS rebinding) would be answered with the rights of whoever looks at it. Only its name gives
/// it away, and nobody can register an address, a name without a dot, or one of the reserved domains.
/// </summary>
internal sealed class HostNames(IOptions<AccessOptions> options, Origins origins)
{
    /// <summary>Allows every name, for who checks it elsewhere.</summary>
    public const string Any = "*";

    // RFC 2606, 6761, 6762, 8375, ICANN's .internal, and what intranets have long used.
    private static readonly string[] NobodysDomains =
    [
        ".localhost", ".local", ".internal", ".intranet", ".lan", ".corp", ".home", ".private", ".home.arpa",
        ".test", ".example", ".invalid", ".example.com", ".example.net", ".example.org",
    ];

    private static readonly string[] OwnNames = [.. NamesOfThisMachine()];

    private readonly string[] _configured =
        [.. options.Value.HostNames.Select(Ascii).OfType<string>(), .. new[] { origins.Portal?.Host, origins.Apps?.Host }.OfType<string>()];

    /// <param name="host">As the client asked, letters beyond ASCII in Punycode, with or without a port; empty where an old client names none.</param>
    public bool Hold(string host)
    {
        var name = WithoutPort(host).TrimEnd('.');
        return !name.Contains('.', StringComparison.Ordinal)
            || IPAddress.TryParse(name, out _)
            || Array.Exists(NobodysDomains, domain => name.EndsWith(domain, StringComparison.OrdinalIgnoreCase))
            || OwnNames.Contains(name, StringComparer.OrdinalIgnoreCase)
            || Array.Exists(_configured, pattern => Matches(name, pattern));
    }

    /// <summary>A name as browsers ask for it, letters beyond ASCII in Punycode (RFC 3492); null where it cannot be written so.</summary>
    public static string? Ascii(string name)
    {
        try
        {
            return new IdnMapping().GetAscii(name);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary><c>*.portal.org</c> is for the names before it, not for <c>portal.org</c> itself.</summary>
    private static bool Matches(string name, string pattern) =>
        pattern is Any
        || name.Equals(pattern, StringComparison.OrdinalIgnoreCase)
        || (pattern.StartsWith("*.", StringComparison.Ordinal) && name.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase));

    private static string WithoutPort(string host)
    {
        var colon = host.LastIndexOf(':');
        return colon > host.LastIndexOf(']') && host.AsSpan(colon + 1).IndexOfAnyExceptInRange('0', '9') < 0 ? host[..colon] : host;
    }

    private static IEnumerable<string> NamesOfThisMachine()
    {
        var name = Dns.GetHostName();
        yield return name;
        if (IPGlobalProperties.GetIPGlobalProperties().DomainName is { Length: > 0 } domain)
            yield return $"{name}.{domain}";
    }
}
