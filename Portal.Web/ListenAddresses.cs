using System.Globalization;
using System.Net;
using Portal.Web.Hosting;

namespace Portal.Web;

/// <summary>Where the configuration says to listen; the server's own keys, the first of these kinds that is there.</summary>
internal static class ListenAddresses
{
    private const string Endpoints = "Kestrel:Endpoints";
    private const string UrlsKey = "ASPNETCORE_URLS (or --urls)";
    private const string Example = "http://0.0.0.0:8000";

    public static IReadOnlyList<string> Of(IConfiguration configuration) =>
        [.. Named(configuration).Select(one => one.Url).Where(url => url.Length > 0)];

    /// <summary>True where the portal itself speaks TLS.</summary>
    public static bool HaveTls(IConfiguration configuration) =>
        Of(configuration).Any(url => url.StartsWith("https://", StringComparison.OrdinalIgnoreCase));

    /// <summary>Returns what the server could not listen on, or would understand otherwise than it is meant.</summary>
    public static IEnumerable<SettingMistake> Examine(IConfiguration configuration)
    {
        var named = Named(configuration).ToList();
        return named.Select((one, place) => (One: one, Why: WhyUnfit(one.Url) ?? WhyTwice(named.Take(place).Select(before => before.Url), one.Url)))
            .Where(found => found.Why is not null)
            .Select(found => new SettingMistake(
                found.One.Key, $"{found.One.Key} is '{found.One.Text}'; {found.Why}, such as {found.One.Example}."));
    }

    /// <summary>Returns null for an address that the server understands, else what it must be.</summary>
    public static string? WhyUnfit(string url)
    {
        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(url);
        }
        catch (FormatException)
        {
            return "it must be scheme, host and port";
        }

        if (address.Scheme is not ("http" or "https"))
            return "it must begin with http:// or https://";
        if (address.PathBase.Length > 0)
            return "it must have no path";
        if (address.IsUnixPipe)
            return Directory.Exists(Path.GetDirectoryName(address.UnixPipePath)) ? null : "the folder of its socket must be there";

        // What is no number after the last colon the server takes for a part of the name. It would listen on all addresses then, as for
        // any name that it does not know: a mistyped 127.0.0.1 would open the portal to every network.
        var isPort = address.Port is >= 0 and <= IPEndPoint.MaxPort && (address.Host.StartsWith('[') || !address.Host.Contains(':', StringComparison.Ordinal));
        return !isPort ? $"its port must be a number up to {IPEndPoint.MaxPort.ToString(CultureInfo.InvariantCulture)}"
            : !IsHost(address.Host) ? "its host must be an address of this machine, localhost or * for all"
            : null;
    }

    private static string? WhyTwice(IEnumerable<string> before, string url) =>
        BindingAddress.Parse(url) is { Port: not 0 } address
        && before.Where(other => WhyUnfit(other) is null).Select(BindingAddress.Parse)
            .Any(other => other.Port == address.Port && other.Host.Equals(address.Host, StringComparison.OrdinalIgnoreCase))
            ? "another entry has its host and port already; each must have its own"
            : null;

    /// <summary>Returns the key and the text that name where the server was about to listen.</summary>
    public static (string Key, string Text) Find(IConfiguration configuration, EndPoint endpoint) => Named(configuration)
        .Where(one => WhyUnfit(one.Url) is null && endpoint is IPEndPoint { Port: var port } && BindingAddress.Parse(one.Url).Port == port)
        .Select(one => (one.Key, one.Text))
        .FirstOrDefault((UrlsKey, endpoint.ToString() ?? ""));

    private static bool IsHost(string host) =>
        host is "*" or "+" || host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(host, out _);

    private static IEnumerable<(string Key, string Text, string Url, string Example)> Named(IConfiguration configuration)
    {
        var endpoints = configuration.GetSection(Endpoints).GetChildren().ToList();
        if (endpoints.Count > 0)
            return endpoints.Select(one => ($"{one.Path}:Url", one["Url"] ?? "", one["Url"] ?? "", Example));
        return configuration[WebHostDefaults.ServerUrlsKey] is { Length: > 0 } urls
            ? Split(urls).Select(url => (UrlsKey, url, url, Example))
            : [.. Ports(WebHostDefaults.HttpPortsKey, "http", "8000"), .. Ports(WebHostDefaults.HttpsPortsKey, "https", "8443")];

        IEnumerable<(string Key, string Text, string Url, string Example)> Ports(string key, string scheme, string example) =>
            Split(configuration[key]).Select(port => ($"ASPNETCORE_{key.ToUpperInvariant()} (or --{key})", port, $"{scheme}://*:{port}", example));
    }

    private static string[] Split(string? list) =>
        (list ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
