using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;
using Portal.Web.Access;
using Portal.Web.Launch;
using Portal.Web.Resources;

namespace Portal.Web.Pages;

/// <summary>Home: the apps that the viewer may open.</summary>
internal sealed class IndexModel(AppCatalog apps, Supervisor supervisor, Anticipation anticipation, IStringLocalizer<Texts> text)
    : PageModel
{
    public ClientIdentity Viewer => HttpContext.Client();

    public IReadOnlyList<(App App, InstanceStatus? Status)> Cards { get; private set; } = [];

    public void OnGet()
    {
        if (HttpMethods.IsGet(Request.Method) && !RequestOrigin.IsSpeculative(Request))
            _ = anticipation.BeginAsync(Viewer);
        Cards = [.. apps.OpenTo(Viewer.Role).Select(app => (app, supervisor.Find(KeyOf(app))))];
    }

    public async Task<IActionResult> OnPostStopAsync([FromQuery(Name = "app")] string slug)
    {
        if (apps.Find(slug, Viewer.Role) is not { } app) return NotFound();

        var stopped = await supervisor.StopAsync(KeyOf(app), $"stopped by {Viewer.DisplayName}", Viewer);
        TempData.SayDone(text[stopped ? "Stop_Done" : "Stop_Gone", app.Title]);
        return LocalRedirect("/");
    }

    private InstanceKey KeyOf(App app) => new(Viewer.Address, app.Slug);
}
