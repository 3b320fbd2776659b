using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Portal.Web.Access;

namespace Portal.Web.Pages.Admin;

/// <summary>Server-sent events for the pages of admins: what those show is kept true while they are looked at.</summary>
internal static class LiveEndpoints
{
    private const string Running = "/admin/running/live";

    /// <summary>The stream of the table of what runs, in the reader's language.</summary>
    public static string RunningUrl => $"{Running}?language={CultureInfo.CurrentUICulture.Name}";

    public static void MapLive(this IEndpointRouteBuilder routes) =>
        routes.MapGet(Running, FollowRunning).RequireAuthorization(AccessSetup.AdminPolicy);

    private static IResult FollowRunning(
        string? language, HttpContext http, [FromServices] LiveStreams streams, [FromServices] RunningFeed feed) =>
        Languages.Find(language) is { } culture
            ? Follow(http, streams, feed.FollowAsync(culture, http.RequestAborted))
            : Results.NotFound();

    private static IResult Follow<T>(HttpContext http, LiveStreams streams, IAsyncEnumerable<T> events)
    {
        if (streams.Open(http) is not { } stream)
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        http.Response.RegisterForDispose(stream);
        return TypedResults.ServerSentEvents(events);
    }
}
