using Microsoft.AspNetCore.HttpsPolicy;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Portal.Web.Access;

namespace Portal.Web.Tls;

/// <summary>HTTPS by the portal itself: its certificate, and the way there from plain HTTP.</summary>
internal static class TlsSetup
{
    public static IServiceCollection AddTls(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<ServerCertificate>();
        services.AddHostedService(provider => provider.GetRequiredService<ServerCertificate>());
        services.AddOptions<KestrelServerOptions>().Configure<IServiceProvider>((kestrel, provider) =>
        {
            // Not read anew by the server, which would close its addresses for that, and the connections to them.
            kestrel.Configure(configuration.GetSection("Kestrel"), reloadOnChange: false);
            kestrel.ConfigureHttpsDefaults(https => https.OnAuthenticate = (_, tls) =>
                tls.ServerCertificateContext = provider.GetRequiredService<ServerCertificate>().InPlaceOf(tls.ServerCertificateContext));
        });
        services.AddOptions<HttpsRedirectionOptions>().Configure<Origins>((redirection, origins) =>
        {
            redirection.RedirectStatusCode = StatusCodes.Status308PermanentRedirect;
            redirection.HttpsPort = origins.Portal is { IsTls: true, Port: var port } ? port : null;
        });
        return services;
    }

    /// <summary>After it is known who a trusted proxy speaks for: what such a one forwards is its own affair.</summary>
    public static void UseRedirectToHttps(this WebApplication app)
    {
        if (ListenAddresses.HaveTls(app.Configuration) && app.Services.GetRequiredService<IOptions<TlsOptions>>().Value.RedirectToHttps)
            app.UseWhen(PlainRequests.AreMoved, plain => plain.Use(PlainRequests.RefuseChangesAsync).UseHttpsRedirection());
    }
}
