using System.Net;
using Microsoft.Extensions.Primitives;
using Portal.Data;

namespace Portal.Web.Access;

/// <summary>
/// Finds out for whom a trusted proxy asks. Each hop that <c>X-Forwarded-For</c> names is read only where the one behind it is
/// trusted, and then has to be an address, letter by letter: what cannot be read is refused (400), since the proxy would be taken
/// for the client else.
/// </summary>
internal sealed class ForwardedChain(IReadOnlyList<IPNetwork> proxies)
{
    private const string For = "X-Forwarded-For", Proto = "X-Forwarded-Proto";

    public Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        if (http.Connection.RemoteIpAddress is not { } peer || !IsTrusted(peer))
            return next(http);

        ForwardingProxy.Note(http);
        if (Resolve(peer, http.Request.Headers[For], http.Request.Headers[Proto]) is not { } origin)
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return Task.CompletedTask;
        }

        http.Connection.RemoteIpAddress = origin.Client;
        http.Request.Scheme = origin.Scheme ?? http.Request.Scheme;
        return next(http);
    }

    /// <summary>The last hop that is no trusted proxy, and the scheme it used; null where that cannot be read.</summary>
    internal (IPAddress Client, string? Scheme)? Resolve(IPAddress peer, StringValues hops, StringValues schemes)
    {
        var (client, read) = (peer, 0);
        var chain = Entries(hops);
        while (read < chain.Count && IsTrusted(client))
        {
            if (!TryParseHop(chain[^++read], out var hop))
                return null;
            client = hop;
        }

        var named = Entries(schemes);
        if (named.Count is 0)
            return (client, null);
        return SchemeOf(named[^Math.Clamp(read, 1, named.Count)]) is { } scheme ? (client, scheme) : null;
    }

    private static List<string> Entries(StringValues lines) =>
        [.. lines.SelectMany(line => line is { Length: > 0 } ? line.Split(',') : []).Select(entry => entry.Trim(' ', '\t'))];

    /// <summary>An address, or one with a port, quoted or not.</summary>
    private static bool TryParseHop(string text, out IPAddress address)
    {
        address = IPAddress.None;
        if (text is ['"', .. var quoted, '"'])
            text = quoted;
        if (text.StartsWith('[') || text.Count(letter => letter is ':') is 1)
        {
            if (!HostAndPort.TryParse(text, out var hop))
                return false;
            text = hop.Host.Trim('[', ']');
        }

        if (text.Any(letter => letter is '/' or ' ' or '\t') || !NetworkNotation.TryParse(text, out var network))
            return false;
        address = network.BaseAddress;
        return true;
    }

    /// <summary>Some proxies name a WebSocket's own scheme.</summary>
    private static string? SchemeOf(string text) => text.ToUpperInvariant() switch
    {
        "HTTP" or "WS" => "http",
        "HTTPS" or "WSS" => "https",
        _ => null,
    };

    private bool IsTrusted(IPAddress address) =>
        NetworkNotation.Normalize(address) is var normal && proxies.Any(proxy => proxy.Contains(normal));
}
