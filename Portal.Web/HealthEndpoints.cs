using Microsoft.EntityFrameworkCore;
using Portal.Data;
using Portal.Web.Access;
using Portal.Web.Launch.Prefork;

namespace Portal.Web;

/// <summary>For whoever watches the server: <c>/healthz</c>, the process answers; <c>/readyz</c>, it can do its work.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", () => Results.Text("ok")).RequireAuthorization(AccessSetup.HealthPolicy);
        routes.MapGet("/readyz", ReadyAsync).RequireAuthorization(AccessSetup.HealthPolicy);
    }

    private static async Task<IResult> ReadyAsync(
        IDbContextFactory<PortalDbContext> contexts, PreforkStatus prefork, CancellationToken cancellationToken)
    {
        if (!prefork.IsSettled)
            return NotReady("The apps are being loaded ahead of the first launch.");
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Database.CanConnectAsync(cancellationToken)
            ? Results.Text("ok")
            : NotReady("The database cannot be opened.");
    }

    private static IResult NotReady(string why) => Results.Text(why, statusCode: StatusCodes.Status503ServiceUnavailable);
}
