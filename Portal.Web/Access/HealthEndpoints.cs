using Microsoft.EntityFrameworkCore;
using Portal.Data;

namespace Portal.Web.Access;

/// <summary>For whoever watches the server: <c>/healthz</c>, the process answers; <c>/readyz</c>, it can do its work.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", () => Results.Text("ok")).RequireAuthorization(AccessSetup.HealthPolicy);
        routes.MapGet("/readyz", ReadyAsync).RequireAuthorization(AccessSetup.HealthPolicy);
    }

    private static async Task<IResult> ReadyAsync(
        IDbContextFactory<PortalDbContext> contexts, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Database.CanConnectAsync(cancellationToken)
            ? Results.Text("ok")
            : Results.Text("The database cannot be opened.", statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}
