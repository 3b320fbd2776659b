namespace Portal.Web;

/// <summary>Where the configuration says to listen; the server's own keys, the first of these kinds that is there.</summary>
internal static class ListenAddresses
{
    private const string Endpoints = "Kestrel:Endpoints";

    public static IReadOnlyList<string> Of(IConfiguration configuration)
    {
        var endpoints = configuration.GetSection(Endpoints).GetChildren().Select(one => one["Url"]).OfType<string>().ToList();
        if (endpoints.Count > 0)
            return endpoints;
        return configuration[WebHostDefaults.ServerUrlsKey] is { Length: > 0 } urls ? Split(urls)
            : [.. Split(configuration[WebHostDefaults.HttpPortsKey]).Select(port => $"http://*:{port}"),
                .. Split(configuration[WebHostDefaults.HttpsPortsKey]).Select(port => $"https://*:{port}")];
    }

    /// <summary>True where the portal itself speaks TLS.</summary>
    public static bool HaveTls(IConfiguration configuration) =>
        Of(configuration).Any(url => url.StartsWith("https://", StringComparison.OrdinalIgnoreCase));

    private static string[] Split(string? list) =>
        (list ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
