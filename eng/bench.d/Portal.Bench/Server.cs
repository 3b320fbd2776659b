using System.Net;

namespace Portal.Bench;

/// <summary>Kestrel as it comes, on loopback, without a file of settings.</summary>
internal static class Server
{
    // A folder that nothing happens in: a server watches its own, and all below it, for files of settings.
    private static readonly WebApplicationOptions Nowhere =
        new() { ContentRootPath = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "empty")).FullName };

    /// <summary>As little of a server as there is, without a log.</summary>
    public static WebApplicationBuilder Bare(int port)
    {
        var builder = WebApplication.CreateSlimBuilder(Nowhere);
        builder.Logging.ClearProviders();
        return Listening(builder, port);
    }

    /// <summary>As servers are made; it logs what goes wrong.</summary>
    public static WebApplicationBuilder Usual(int port)
    {
        var builder = WebApplication.CreateBuilder(Nowhere);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        return Listening(builder, port);
    }

    private static WebApplicationBuilder Listening(WebApplicationBuilder builder, int port)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null; // 30 MB by default, less than what is uploaded
            kestrel.Listen(IPAddress.Loopback, port);
        });
        return builder;
    }
}
