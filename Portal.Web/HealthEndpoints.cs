using Microsoft.AspNetCore.Mvc;
using Portal.Web.Access;

namespace Portal.Web;

/// <summary>For whoever watches the server: <c>/healthz</c>, the process answers; <c>/readyz</c>, it can do its work.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", () => Results.Text("ok")).RequireAuthorization(AccessSetup.HealthPolicy);
        routes.MapGet("/readyz", ReadyAsync).RequireAuthorization(AccessSetup.HealthPolicy);
    }

    /// <summary>
    /// 200 or 503. For this machine <c>{"ready", "checks": [{"check", "ok", "reason"}]}</c>; others are told no more than that,
    /// as reasons name files and apps.
    /// </summary>
    private static async Task<IResult> ReadyAsync(HttpContext http, [FromServices] Readiness readiness, CancellationToken cancellationToken)
    {
        var checks = await readiness.CheckAsync(cancellationToken);
        var isReady = checks.All(check => check.IsWell);
        var status = isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        http.Response.Headers.CacheControl = "no-store";
        return HealthRequirement.IsLocal(http)
            ? Results.Json(
                new { Ready = isReady, Checks = checks.Select(check => new { Check = check.Name, Ok = check.IsWell, check.Reason }) },
                statusCode: status)
            : Results.Text(isReady ? "ok" : "not ready", statusCode: status);
    }
}
