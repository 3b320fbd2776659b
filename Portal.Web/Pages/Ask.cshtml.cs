using System.Data.Common;
using System.Net;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;
using Portal.Data;
using Portal.Web.Access;
using Portal.Web.Resources;

namespace Portal.Web.Pages;

/// <summary>
/// Where a stranger asks for access and reads what became of it; a registered client is sent to what they had asked for. The only form that is
/// for anybody: it tells nothing but of the asking address itself.
/// </summary>
[IgnoreAntiforgeryToken]
[RequestSizeLimit(MaxFormSize)]
[RequestFormLimits(KeyLengthLimit = 100, ValueCountLimit = 10)]
internal sealed class AskModel(AccessRequestStore requests, IAntiforgery antiforgery, IStringLocalizer<Texts> text) : PageModel, IFormPage
{
    /// <summary>Bytes; the longest reason in Korean takes 4,500 as a form sends it.</summary>
    private const int MaxFormSize = 16 * 1024;

    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    public IPAddress Address => NetworkNotation.Normalize(HttpContext.Connection.RemoteIpAddress ?? IPAddress.None);

    /// <summary>What this address asked for last.</summary>
    public AccessRequest? Latest { get; private set; }

    public bool IsWaiting => Latest is { State: AccessRequestState.Open };

    /// <summary>What is wrong with the name, with the reason, and otherwise.</summary>
    public (string? Name, string? Reason, string? Form) Errors { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) =>
        HttpContext.FindClient() is null ? await RefusedAsync(cancellationToken) : LocalRedirect(DeepLink.Take(HttpContext));

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (HttpContext.FindClient() is not null) return LocalRedirect(DeepLink.Take(HttpContext));

        // A program gets the 403 of every stranger; a form that was open for too long is shown again.
        if (!await antiforgery.IsRequestValidAsync(HttpContext))
        {
            if (!Request.WantsPage()) return StatusCode(StatusCodes.Status403Forbidden);
            Errors = (null, null, text["Ask_Again"]);
            return await RefusedAsync(cancellationToken);
        }

        var refusals = await requests.AskAsync(Address, Name, Reason, cancellationToken);
        if (refusals.Count is 0 || refusals.Contains(AskRefusal.AlreadyAsked)) return LocalRedirect(OutcomeEndpoint.Page);

        Errors = (Say(refusals, nameof(Name)), Say(refusals, nameof(Reason)), Say(refusals, "Too"));
        return await RefusedAsync(cancellationToken);
    }

    private async Task<IActionResult> RefusedAsync(CancellationToken cancellationToken)
    {
        Response.StatusCode = StatusCodes.Status403Forbidden;
        try
        {
            Latest = await requests.LatestAsync(Address, cancellationToken);
        }
        catch (DbException e) when (DatabaseFault.In(e) is { } fault)
        {
            // Strangers have no other page to be told on.
            DatabaseAway.Note(HttpContext, fault);
        }

        return Page();
    }

    private string? Say(IReadOnlyList<AskRefusal> refusals, string field) =>
        refusals.Where(refusal => refusal.ToString().StartsWith(field, StringComparison.Ordinal))
            .Select(refusal => text[$"Ask_{refusal}"].Value).FirstOrDefault();
}
