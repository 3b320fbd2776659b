using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Portal.Web.Access;

namespace Portal.Web.Health;

/// <summary>
/// Answers those who watch the server: <c>/healthz</c>, the process answers; <c>/readyz</c>, every registered
/// <see cref="IHealthCheck"/> passes.
/// </summary>
internal static class HealthSetup
{
    private static readonly HttpMethodMetadata Get = new([HttpMethods.Get]);

    public static IServiceCollection AddHealth(this IServiceCollection services)
    {
        services.AddHealthChecks()
            .AddCheck<DatabaseHealthCheck>("database").AddCheck<SpawnerHealthCheck>("spawner").AddCheck<DiskHealthCheck>("disk");
        return services;
    }

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        Map(routes, "/healthz", new() { Predicate = _ => false, ResponseWriter = (http, _) => WriteAsync(http, "ok") });
        Map(routes, "/readyz", new() { ResponseWriter = WriteAsync });
    }

    private static void Map(IEndpointRouteBuilder routes, string address, HealthCheckOptions options) =>
        routes.MapHealthChecks(address, options).WithMetadata(Get).RequireAuthorization(AccessSetup.HealthPolicy);

    /// <summary>
    /// Writes <c>{"ready", "checks": [{"check", "ok", "reason"}]}</c> for this machine. Others learn no more than the status, as
    /// reasons name files and apps.
    /// </summary>
    private static Task WriteAsync(HttpContext http, HealthReport report)
    {
        var isReady = report.Status is not HealthStatus.Unhealthy;
        return HealthRequirement.IsLocal(http)
            ? http.Response.WriteAsJsonAsync(
                new
                {
                    Ready = isReady,
                    Checks = report.Entries.Select(entry => new
                    {
                        Check = entry.Key,
                        Ok = entry.Value.Status is not HealthStatus.Unhealthy,
                        Reason = entry.Value.Description ?? "",
                    }),
                },
                http.RequestAborted)
            : WriteAsync(http, isReady ? "ok" : "not ready");
    }

    private static Task WriteAsync(HttpContext http, string text)
    {
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync(text, http.RequestAborted);
    }
}
