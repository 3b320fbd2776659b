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
    public static IEnumerable<SettingMistake> Examine(IConfiguration configuration) => Named(configuration)
        .Where(one => WhyUnfit(one.Url) is not null)
        .Select(one => new SettingMistake(one.Key, $"{one.Key} is '{one.Text}'; {WhyUnfit(one.Url)}, such as {one.Example}."));

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
        if (address.IsUnixPipe || address.IsNamedPipe)
            return null;

        // What is no number after the last colon the server takes for a part of the name, and a name for all addresses.
        var isPort = address.Port is >= 0 and <= IPEndPoint.MaxPort && (address.Host.StartsWith('[') || !address.Host.Contains(':', StringComparison.Ordinal));
        return !isPort ? $"its port must be a number up to {IPEndPoint.MaxPort.ToString(CultureInfo.InvariantCulture)}"
            : IsMeantAsAddress(address.Host) && !IPAddress.TryParse(address.Host, out _) ? "its host must be an address"
            : null;
    }

    /// <summary>Returns the key and the text that name where the server was about to listen.</summary>
    public static (string Key, string Text) Find(IConfiguration configuration, EndPoint endpoint) => Named(configuration)
        .Where(one => WhyUnfit(one.Url) is null && endpoint is IPEndPoint { Port: var port } && BindingAddress.Parse(one.Url).Port == port)
        .Select(one => (one.Key, one.Text))
        .FirstOrDefault((UrlsKey, endpoint.ToString() ?? ""));

    private static bool IsMeantAsAddress(string host) =>
        host.StartsWith('[') || host.All(letter => char.IsAsciiDigit(letter) || letter is '.');

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
