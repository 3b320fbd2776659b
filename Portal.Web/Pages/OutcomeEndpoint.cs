using System.Net;
using Microsoft.AspNetCore.Mvc;
using Portal.Data;
using Portal.Web.Access;

namespace Portal.Web.Pages;

/// <summary><c>/unauthorized/outcome</c>, for the script of the page that waits: what became of the request of the asking address.</summary>
internal static class OutcomeEndpoint
{
    /// <summary>The page that waits.</summary>
    public const string Page = "/unauthorized/ask";

    public const string Path = "/unauthorized/outcome";

    public static void MapOutcome(this IEndpointRouteBuilder routes) =>
        routes.MapGet(Path, TellAsync).RequireAuthorization(AccessSetup.AskPolicy);

    private static async Task<IResult> TellAsync(
        HttpContext http, [FromServices] AccessRequestStore requests, CancellationToken cancellationToken)
    {
        http.Response.Headers.CacheControl = "no-store";
        var latest = await requests.LatestAsync(http.Connection.RemoteIpAddress ?? IPAddress.None, cancellationToken);
        return Results.Json(new Outcome(http.FindClient() is not null, latest is { State: AccessRequestState.Open }));
    }

    /// <param name="Admitted">True where the address is let in by now.</param>
    /// <param name="Waits">True where nobody has decided yet.</param>
    private sealed record Outcome(bool Admitted, bool Waits);
}
