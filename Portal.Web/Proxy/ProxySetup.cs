using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Portal.Web.Access;
using Portal.Web.Launch;
using Portal.Web.Launch.Processes;

namespace Portal.Web.Proxy;

/// <summary>Carries the traffic between a client and their own instance.</summary>
internal static class ProxySetup
{
    /// <summary>
    /// Each byte is a character and back again, so that headers pass as they came: cookies may be UTF-8, which the
    /// defaults of client and server would refuse to send on.
    /// </summary>
    public static Encoding HeaderBytes => Encoding.Latin1;

    public static IServiceCollection AddProxy(this IServiceCollection services)
    {
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            RequestLimits.Configure(kestrel);
            kestrel.RequestHeaderEncodingSelector = _ => HeaderBytes;
            kestrel.ResponseHeaderEncodingSelector = _ => HeaderBytes;
        });
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>, ConnectionLimit>();
        services.AddSingleton<IConnectionListenerFactory>(provider =>
            ActivatorUtilities.CreateInstance<LimitedSockets>(provider, ConnectionLimit.Of(ProcessLimits.OpenFilesOf(Environment.ProcessId))));
        services.AddHttpForwarder();
        services.AddSingleton<InstanceGate>();
        // Not before the server listens: what these need would complain of a part of the configuration before all of it is checked.
        services.AddOptions<KestrelServerOptions>().Configure<IServiceProvider>((kestrel, provider) =>
            kestrel.ConfigureEndpointDefaults(listen =>
            {
                provider.GetRequiredService<ConnectionQuota>().Watch(listen);
                provider.GetRequiredService<InstanceGate>().Watch(listen);
            }));
        services.AddSingleton<AppConnector>();
        services.AddSingleton<LiveConnections>();
        services.AddSingleton<AppClosing>();
        services.AddSingleton<PageTransformer>();
        services.AddSingleton<AppEndpoint>();
        services.AddHostedService<Revocation>();
        return services;
    }

    /// <summary>Refuses what an app's own processes ask for; to be asked before a header can say who they are.</summary>
    public static void UseInstanceGate(this IApplicationBuilder app) => app.Use(InstanceGate.RefuseAsync);

    /// <summary>
    /// Forwards what registered clients ask of apps. It goes no further, past nothing that it has no need of; what strangers ask
    /// goes on to where they are refused, as everything does.
    /// </summary>
    public static void UseApps(this IApplicationBuilder app)
    {
        var endpoint = app.ApplicationServices.GetRequiredService<AppEndpoint>();
        app.Use((http, next) => AppEndpoint.IsFor(http.Request) && http.FindClient() is { } client
            ? endpoint.HandleAsync(http, client)
            : next(http));
    }

    public static void MapApps(this IEndpointRouteBuilder routes) => routes.MapGet("/app/", OpenOnlyApp);

    /// <summary>To the app where there is but one to open, else home.</summary>
    private static IResult OpenOnlyApp(HttpContext http, AppCatalog apps) =>
        Results.LocalRedirect(apps.OpenTo(http.Client().Role) is [var only] ? only.Path : "/");
}
