using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Portal.Web.Access;
using Portal.Web.Launch;

namespace Portal.Web.Pages;

/// <summary>Where the page of an app goes on that somebody has ended: says why, and starts nothing by itself.</summary>
internal sealed class EndedModel(AppCatalog apps, Supervisor supervisor) : PageModel
{
    // Set before the page is rendered.
    public App App { get; private set; } = null!;

    /// <summary>Null where nothing is known of it any more.</summary>
    public LaunchFailureReason? Reason { get; private set; }

    /// <summary>What the admin tells who ended it; often empty.</summary>
    public string Word { get; private set; } = "";

    public static string PathOf(string slug) => $"/ended/{slug}";

    public IActionResult OnGet(string slug)
    {
        var client = HttpContext.Client();
        if (apps.Find(slug, client.Role) is not { } app) return NotFound();

        App = app;
        if (supervisor.IdleOf(new InstanceKey(client.Address, app.Slug)).End is { } end)
            (Reason, Word) = (end.Reason, end.Word);
        return Page();
    }
}
