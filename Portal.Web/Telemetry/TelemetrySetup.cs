using Portal.Web.Access;

namespace Portal.Web.Telemetry;

/// <summary>What the portal tells programs of itself.</summary>
internal static class TelemetrySetup
{
    public static IServiceCollection AddTelemetry(this IServiceCollection services)
    {
        services.AddSingleton<PortalMetrics>();
        services.AddSingleton<MetricsPage>();
        return services;
    }

    /// <summary><c>/metrics</c>, for this machine and the networks that may ask for the portal's health.</summary>
    public static void MapMetrics(this IEndpointRouteBuilder routes)
    {
        var page = routes.ServiceProvider.GetRequiredService<MetricsPage>();
        routes.MapGet("/metrics", () => Results.Text(page.Write(), PrometheusText.ContentType)).RequireAuthorization(AccessSetup.HealthPolicy);
    }
}
