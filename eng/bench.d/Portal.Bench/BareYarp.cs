using System.Globalization;
using Yarp.ReverseProxy.Configuration;

namespace Portal.Bench;

/// <summary>The reference: what YARP does with nothing of ours around it.</summary>
internal static class BareYarp
{
    public static async Task<int> RunAsync(int port, int upstream)
    {
        var builder = Server.Usual(port);
        builder.Services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = "all", ClusterId = "app", Match = new RouteMatch { Path = "{**all}" } }],
            [
                new ClusterConfig
                {
                    ClusterId = "app",
                    Destinations = new Dictionary<string, DestinationConfig>(StringComparer.Ordinal)
                    {
                        ["instance"] = new() { Address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{upstream}") },
                    },
                },
            ]);
        var app = builder.Build();
        app.MapReverseProxy();
        await app.RunAsync();
        return 0;
    }
}
