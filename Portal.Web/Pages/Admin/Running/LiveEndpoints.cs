using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Portal.Web.Access;
using Portal.Web.Launch;

namespace Portal.Web.Pages.Admin.Running;

/// <summary>Server-sent events for the pages of admins: what those show is kept true while they are looked at.</summary>
internal static class LiveEndpoints
{
    private const string Running = "/admin/running/live";

    /// <summary>The stream of the table of what runs, in the reader's language.</summary>
    public static string RunningUrl => $"{Running}?language={CultureInfo.CurrentUICulture.Name}";

    /// <summary>The stream of what an instance writes, from a place in its log on.</summary>
    public const string Log = "/admin/log/live";

    public static void MapLive(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Running, FollowRunning).RequireAuthorization(AccessSetup.AdminFeedPolicy);
        routes.MapGet(Log, FollowLog).RequireAuthorization(AccessSetup.AdminFeedPolicy);
    }

    private static IResult FollowRunning(
        string? language, HttpContext http, [FromServices] LiveStreams streams, [FromServices] RunningFeed feed) =>
        Languages.Find(language) is { } culture
            ? Follow(http, streams, feed.FollowAsync(culture, http.RequestAborted))
            : Results.NotFound();

    private static IResult FollowLog(
        long? from, HttpContext http, [FromServices] LiveStreams streams, [FromServices] AppCatalog apps, [FromServices] PortalPaths paths,
        [FromServices] TimeProvider time) =>
        LogListing.Read(http.Request.Query, apps) is { } listing
            ? Follow(http, streams, LogReader.FollowAsync(InstanceLog.Of(listing.Key, paths.Logs, limit: 0).Path, from ?? 0, time, http.RequestAborted))
            : Results.NotFound();

    private static IResult Follow<T>(HttpContext http, LiveStreams streams, IAsyncEnumerable<T> events)
    {
        if (streams.Open(http) is not { } stream)
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        http.Response.RegisterForDispose(stream);
        return TypedResults.ServerSentEvents(events);
    }
}
