using System.Net;

namespace Portal.Bench;

/// <summary>Kestrel as it comes, on loopback, without a log and without a file of settings.</summary>
internal static class Server
{
    public static WebApplicationBuilder Listening(int port)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = Path.GetTempPath() });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null; // 30 MB by default, less than what is uploaded
            kestrel.Listen(IPAddress.Loopback, port);
        });
        return builder;
    }
}
