using System.Collections.Frozen;

namespace Portal.Web.Proxy;

/// <summary>
/// Names the headers of a request that say who asks, from where, by which address or under which name, as proxies write them for
/// the servers behind. A client's own are lies or no use: an app gets the portal's word alone.
/// </summary>
internal static class ClientClaims
{
    private static readonly string[] Beginnings =
    [
        "X-Forwarded", "X-Portal", "X-Original-", "X-Real-", "X-Remote-", "X-Envoy-", "X-Streamlit-User", "X-Authenticated-",
        "X-Auth-Request-", "X-MS-Client-Principal", "X-Amzn-OIDC-", "X-Goog-Authenticated-User", "X-Azure-SocketIP", "X-AppEngine-",
        "X-SSL-", "SSL-Client-", "CF-Connecting-", "CF-Pseudo-", "CF-IPCountry", "Cf-Access-", "Tailscale-User-", "Remote-", "Forwarded",
    ];

    private static readonly FrozenSet<string> Names = FrozenSet.ToFrozenSet(
        [
            "X-ProxyUser-IP", "X-WebAuth-User", "X-User", "X-Coming-From", "X-Host", "X-HTTP-Host-Override", "X-Rewrite-URL", "X-URL-Scheme",
            "X-Scheme", "Front-End-Https", "Proxy-Client-IP", "WL-Proxy-Client-IP",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>True for such a name. An underscore is taken for a hyphen, as servers behind may do.</summary>
    public static bool Include(string name)
    {
        var plain = name.Contains('_', StringComparison.Ordinal) ? name.Replace('_', '-') : name;
        foreach (var beginning in Beginnings)
        {
            if (plain.StartsWith(beginning, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return Names.Contains(plain)
            || plain.Contains("Client-IP", StringComparison.OrdinalIgnoreCase)
            || plain.Contains("ClientIP", StringComparison.OrdinalIgnoreCase)
            || plain.Contains("Client-Cert", StringComparison.OrdinalIgnoreCase);
    }
}
