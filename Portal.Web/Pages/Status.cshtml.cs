using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Portal.Web.Pages;

/// <summary>Says what could not be answered. Asked for directly it does not exist; <see cref="StatusScreens"/> renders it.</summary>
[IgnoreAntiforgeryToken]
internal sealed class StatusModel : PageModel
{
    public int Code => HttpContext.Response.StatusCode;

    /// <summary>The code where there are words for it, else <c>Other</c>.</summary>
    public string Kind => DatabaseAway.IsReasonOf(HttpContext) ? "Database" : Code is 400 or 403 or 404 or 414 or 431 or 500 or 503 ? $"{Code}" : "Other";

    public string TraceId => StatusScreens.TraceId(HttpContext);

    /// <summary>The page that a form was sent from, without what the form asked for.</summary>
    public string Reload => Languages.Address(HttpContext).Split('?')[0];

    public IActionResult OnGet() =>
        HttpContext.Features.Get<IStatusCodeReExecuteFeature>() is not null ? Page() : NotFound();
}
