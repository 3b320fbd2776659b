using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;
using Portal.Web.Access;
using Portal.Web.Launch;
using Portal.Web.Pages.Admin.Running;
using Portal.Web.Resources;

namespace Portal.Web.Pages;

/// <summary>
/// The wait for an app, and what came of it. <see cref="StatusScreens"/> renders it in the app's place; asked for
/// directly it shows the wait, starts nothing, and goes on to the app only when there is something to see.
/// </summary>
internal sealed class LaunchingModel(
    AppCatalog apps, Supervisor supervisor, Origins origins, IStringLocalizer<Texts> text, TimeProvider time) : PageModel
{
    // Set by the filter before any handler runs.
    public App App { get; private set; } = null!;

    public string TraceId => StatusScreens.TraceId(HttpContext);

    public ClientIdentity Viewer => HttpContext.Client();

    /// <summary>The address in the app that was asked for. It may be long: it goes back in a form, and in no address but its own.</summary>
    [BindProperty]
    public string? Target { get; set; }

    /// <summary>Set while there is something to wait for.</summary>
    public LaunchProgress? Progress { get; private set; }

    /// <summary>True where the app runs and does not answer: there is nothing to cancel.</summary>
    public bool IsSilent { get; private set; }

    /// <summary>Set when it came to nothing.</summary>
    public LaunchFailure? Failure { get; private set; }

    /// <summary>True on the origin of the apps, whose scripts may read all that is shown here; and what is said there for the next page would be said too late.</summary>
    public bool IsAmongApps => origins.IsOfApps(Request);

    /// <summary>What the app's instance wrote, for admins.</summary>
    public string LogUrl => origins.Link(Request, new LogListing(Key).Url);

    public string To(string handler) => $"/launching/{App.Slug}/{handler}";

    public override void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        if (apps.Find(RouteData.Values["slug"] as string ?? "", Viewer.Role) is not { } app)
        {
            context.Result = NotFound();
            return;
        }

        App = app;
        var asked = Original is null ? Target : Languages.Address(HttpContext);
        Target = DeepLink.IsBelow(app.Path, asked) ? asked : app.Path;
    }

    public IActionResult OnGet()
    {
        var (status, progress) = Ask();
        if (Original is null && progress.Next is { } next) return LocalRedirect(next is LaunchNext.App ? App.Path : "/");

        Failure = status?.Failure;
        var waiting = status?.State is InstanceState.Queued or InstanceState.Starting or InstanceState.Waiting or InstanceState.Silent
            || (status?.State is InstanceState.Ready && Response.StatusCode == StatusCodes.Status503ServiceUnavailable);
        if (waiting) Progress = progress;
        IsSilent = status?.State is InstanceState.Silent;
        return Page();
    }

    public IActionResult OnGetState() => new JsonResult(Ask().Progress);

    public async Task<IActionResult> OnPostCancelAsync()
    {
        await supervisor.StopAsync(Key, $"cancelled by {Viewer.DisplayName}", Viewer);
        if (!IsAmongApps) TempData.SayDone(text["Launch_Cancelled", App.Title]);
        return LocalRedirect("/");
    }

    public async Task<IActionResult> OnPostRestartAsync()
    {
        await supervisor.RestartAsync(Key, $"restarted by {Viewer.DisplayName}", Viewer);
        return LocalRedirect(Target ?? App.Path);
    }

    /// <summary>Tries again; people who are not admins only as soon as a crashing app may be tried again.</summary>
    public IActionResult OnPostRetry()
    {
        if (Viewer.IsAdmin || SecondsToRetry <= 1)
            supervisor.ForgetFailure(Key);
        return LocalRedirect(Target ?? App.Path);
    }

    /// <summary>Whole seconds until a visit tries again, 0 where it would now.</summary>
    public int SecondsToRetry =>
        supervisor.Find(Key)?.RetryAt is { } at ? Math.Max(0, (int)Math.Ceiling((at - time.GetUtcNow()).TotalSeconds)) : 0;

    private InstanceKey Key => new(Viewer.Address, App.Slug);

    private IStatusCodeReExecuteFeature? Original => HttpContext.Features.Get<IStatusCodeReExecuteFeature>();

    private (InstanceStatus? Status, LaunchProgress Progress) Ask()
    {
        var status = supervisor.Find(Key);
        return (status, LaunchProgress.Of(status, supervisor, text, time, To("state"), !IsAmongApps));
    }
}
