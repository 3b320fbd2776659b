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

    public IReadOnlyList<HomeCard> Cards { get; private set; } = [];

    public void OnGet()
    {
        if (HttpMethods.IsGet(Request.Method) && !RequestOrigin.IsSpeculative(Request))
            _ = anticipation.BeginAsync(Viewer);
        Cards = CardsNow();
    }

    /// <summary>The cards alone, for the page's script. To ask for them is no visit: nothing is launched ahead.</summary>
    public IActionResult OnGetCards()
    {
        Cards = CardsNow();
        return Partial("_Cards", this);
    }

    public async Task<IActionResult> OnPostStopAsync([FromQuery(Name = "app")] string slug)
    {
        if (apps.Find(slug, Viewer.Role) is not { } app) return NotFound();

        var stopped = await supervisor.StopAsync(KeyOf(app), $"stopped by {Viewer.DisplayName}", Viewer);
        TempData.SayDone(text[stopped ? "Stop_Done" : "Stop_Gone", app.Title]);
        return LocalRedirect("/");
    }

    private HomeCard[] CardsNow() =>
        [.. apps.OpenTo(Viewer.Role).Select(app => new HomeCard(app, supervisor.Find(KeyOf(app)), StreamlitCommand.MissingFor(app) is not null))];

    private InstanceKey KeyOf(App app) => new(Viewer.Address, app.Slug);
}

/// <summary>An app on the home page.</summary>
/// <param name="Status">Of the viewer's own instance; null where there is none.</param>
/// <param name="IsMissing">True where its script or interpreter is not there.</param>
internal sealed record HomeCard(App App, InstanceStatus? Status, bool IsMissing);
