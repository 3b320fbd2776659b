using Microsoft.AspNetCore.Mvc;
using Portal.Web.Access;
using Portal.Web.Launch;

namespace Portal.Web.Pages;

/// <summary>
/// <c>/idle/{slug}</c>, for the script in an app's page: GET says how long the client's instance of the app is kept, POST
/// keeps it as any use of the app does. Neither starts an instance or reaches one.
/// </summary>
internal static class IdleEndpoint
{
    /// <summary>Has to be on a POST. A page of another site cannot send it: the portal never agrees to be asked for that.</summary>
    private const string KeepHeader = "X-Portal-Keep";

    private const string Root = "/idle/";

    public static string PathOf(string slug) => Root + slug;

    public static void MapIdle(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root + "{slug}", Tell);
        routes.MapPost(Root + "{slug}", Keep);
    }

    private static IResult Tell(
        string slug, HttpContext http, [FromServices] AppCatalog apps, [FromServices] Supervisor supervisor) =>
        Answer(slug, http, apps, supervisor.IdleOf);

    private static IResult Keep(
        string slug, HttpContext http, [FromServices] AppCatalog apps, [FromServices] Supervisor supervisor) =>
        IsOfOwnPage(http.Request)
            ? Answer(slug, http, apps, supervisor.KeepWorking)
            : Results.StatusCode(StatusCodes.Status403Forbidden);

    private static IResult Answer(string slug, HttpContext http, AppCatalog apps, Func<InstanceKey, IdleStatus> ask)
    {
        var client = http.Client();
        if (apps.Find(slug, client.Role) is not { } app)
            return Results.NotFound();

        var status = ask(new InstanceKey(client.Address, app.Slug));
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(new IdleAnswer(status.Runs, status.StopsIn?.TotalSeconds, status.WasStopped));
    }

    /// <summary>Where the browser says whose page asks, it has to be one of this very address.</summary>
    private static bool IsOfOwnPage(HttpRequest request) =>
        request.Headers.ContainsKey(KeepHeader)
        && request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin"
        && (request.Headers.Origin.ToString() is not { Length: > 0 } origin
            || (origin.Split("://") is [_, var authority]
                && authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase)));

    /// <param name="StopsIn">Seconds; null where that is not known, see <see cref="IdleStatus"/>.</param>
    /// <param name="WasStopped">True where nobody used it and it was stopped for that.</param>
    private sealed record IdleAnswer(bool Runs, double? StopsIn, bool WasStopped);
}
