using Microsoft.AspNetCore.Mvc;
using Portal.Data;
using Portal.Web.Access;
using Portal.Web.Announcements;
using Portal.Web.Launch;

namespace Portal.Web.Pages;

/// <summary>
/// <c>/notice/{slug}</c>, for the script in an app's page: GET says what there is to tell of the client's instance of the app
/// and of the portal, POST keeps the instance as any use of it does. Neither starts an instance or reaches one.
/// </summary>
internal static class NoticeEndpoint
{
    /// <summary>Has to be on a POST. A page of another site cannot send it: the portal never agrees to be asked for that.</summary>
    private const string KeepHeader = "X-Portal-Keep";

    private const string Root = "/notice/";

    /// <summary>What ended an instance of which nothing is known any more.</summary>
    private const string Gone = "Gone";

    /// <param name="language">Of the announcements, as a tag.</param>
    public static string PathOf(string slug, string language) => $"{Root}{slug}?language={language}";

    public static void MapNotices(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root + "{slug}", Tell);
        routes.MapPost(Root + "{slug}", Keep);
    }

    private static IResult Tell(
        string slug, string? language, HttpContext http, [FromServices] AppCatalog apps, [FromServices] Supervisor supervisor,
        [FromServices] AnnouncementBoard board) =>
        Answer(slug, language, http, apps, board, supervisor, supervisor.IdleOf);

    private static IResult Keep(
        string slug, string? language, HttpContext http, [FromServices] AppCatalog apps, [FromServices] Supervisor supervisor,
        [FromServices] AnnouncementBoard board) =>
        IsOfOwnPage(http.Request)
            ? Answer(slug, language, http, apps, board, supervisor, supervisor.KeepWorking)
            : Results.StatusCode(StatusCodes.Status403Forbidden);

    private static IResult Answer(
        string slug, string? language, HttpContext http, AppCatalog apps, AnnouncementBoard board, Supervisor supervisor,
        Func<InstanceKey, IdleStatus> ask)
    {
        // A portal that stops ends the instances that it does not keep: the next one knows what that means for the page.
        if (supervisor.IsClosed)
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);

        var client = http.Client();
        if (apps.Find(slug, client.Role) is not { } app)
            return Results.NotFound();

        var status = ask(new InstanceKey(client.Address, app.Slug));
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(new Answered(
            status.Runs,
            status.Starts,
            status.StopsIn?.TotalSeconds,
            status.Instance,
            status.Runs || status.Starts ? null : status.End?.Reason.ToString() ?? Gone,
            LeaveFor(app, status.End),
            [.. board.Current().Select(one => new Announced(one.Level.ToString(), one.In(language)))]));
    }

    /// <summary>Where the page of an app goes that was stopped, or that failed; null where it stays and says so itself.</summary>
    private static string? LeaveFor(App app, LaunchFailure? end) => end switch
    {
        null or { Reason: LaunchFailureReason.Idle } => null,
        { IsStop: true } or { IsPassing: true } => EndedModel.PathOf(app.Slug),
        _ => app.Path,
    };

    /// <summary>A page of another site that a person looks at cannot set the header; the gate has refused it before, too.</summary>
    private static bool IsOfOwnPage(HttpRequest request) => request.Headers.ContainsKey(KeepHeader);

    /// <param name="StopsIn">Seconds; null where that is not known, see <see cref="IdleStatus"/>.</param>
    /// <param name="Instance">Differs from the one that the page began with where the app was restarted.</param>
    /// <param name="End">The name of a <see cref="LaunchFailureReason"/>, or <see cref="Gone"/>; null where it runs or starts.</param>
    /// <param name="Leave">The address that says why the page is of no use any more; null where the page stays.</param>
    private sealed record Answered(
        bool Runs, bool Starts, double? StopsIn, string? Instance, string? End, string? Leave, IReadOnlyList<Announced> Notices);

    /// <param name="Level">The name of an <see cref="AnnouncementLevel"/>.</param>
    private sealed record Announced(string Level, string Text);
}
