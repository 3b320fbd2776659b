namespace Portal.Web.Access;

/// <summary>Scheme, host and port of a web address (RFC 6454), in small letters, the port always there.</summary>
internal readonly record struct WebOrigin(string Scheme, string Host, int Port)
{
    private const string Http = "http", Https = "https", Separator = "://";
    private const int HttpPort = 80, HttpsPort = 443;

    public bool IsTls => Scheme is Https;

    /// <param name="text"><c>https://portal.company.com</c>, <c>http://10.1.2.3:8000</c>; nothing after it but a slash.</param>
    public static bool TryParse(string? text, out WebOrigin origin)
    {
        origin = default;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address)
            || address is not { Scheme: Http or Https, UserInfo: "", PathAndQuery: "/", Fragment: "", Port: > 0, IdnHost.Length: > 0 })
        {
            return false;
        }

        origin = new(address.Scheme, address.HostNameType is UriHostNameType.IPv6 ? address.Host : address.IdnHost, address.Port);
        return true;
    }

    /// <summary>Reads the header <c>Origin</c>, where nothing follows the host and port.</summary>
    public static bool TryParseHeader(string text, out WebOrigin origin)
    {
        origin = default;
        var (scheme, usual) = text.StartsWith(Http + Separator, StringComparison.Ordinal) ? (Http, HttpPort) : (Https, HttpsPort);
        if (!text.StartsWith(scheme + Separator, StringComparison.Ordinal)
            || !HostAndPort.TryParse(text[(scheme.Length + Separator.Length)..], out var page))
        {
            return false;
        }

        origin = new(scheme, page.Host, page.Port ?? usual);
        return true;
    }

    /// <summary>The origin that a browser asks, as far as the portal can see.</summary>
    public static WebOrigin Of(HttpRequest request)
    {
        var host = new HostString(request.Headers.Host.ToString()); // the request's own has letters in place of Punycode
        return new(request.Scheme.ToLowerInvariant(), host.Host.ToLowerInvariant(), host.Port ?? (request.IsHttps ? HttpsPort : HttpPort));
    }

    /// <summary>True for the host and port of a request. The scheme is left out: behind a proxy that ends TLS it may be another.</summary>
    public bool IsOfHost(string host) =>
        HostAndPort.TryParse(host, out var asked) && asked.Host.Equals(Host, StringComparison.Ordinal)
        && (asked.Port ?? (IsTls ? HttpsPort : HttpPort)) == Port;

    /// <summary>As browsers write it: without the port that the scheme implies.</summary>
    public override string ToString() =>
        Port == (IsTls ? HttpsPort : HttpPort)
            ? $"{Scheme}://{Host}"
            : FormattableString.Invariant($"{Scheme}://{Host}:{Port}");
}
