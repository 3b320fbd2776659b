using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Portal.Data;
using Portal.Web.Resources;

namespace Portal.Web.Pages.Admin.Registry;

/// <summary>The form for a row of the registry, new or not.</summary>
internal sealed class EditModel(
    RegisteredIpStore registry, TimeProvider time, IStringLocalizer<Texts> text, ILogger<EditModel> logger)
    : AdminPage(text), IFormPage
{
    [BindProperty(SupportsGet = true)]
    public int? Id { get; set; }

    [BindProperty]
    public RegistrationForm Form { get; set; } = new();

    /// <summary>The row as the form was filled from it, to tell what was changed, and by whom.</summary>
    [BindProperty]
    public RegistrationForm Before { get; set; } = new();

    /// <summary>The fields in which the row stays as somebody else has saved it.</summary>
    [BindProperty]
    public IList<string> Keep { get; set; } = [];

    /// <summary>Whether the viewer's counts in every field, whatever was chosen.</summary>
    [BindProperty]
    public bool Whole { get; set; }

    /// <summary>A network to take instead of the typed one.</summary>
    [BindProperty]
    public string? Suggestion { get; set; }

    /// <summary>The row as somebody else has saved it in between.</summary>
    public RegisteredIp? Theirs { get; private set; }

    /// <summary>What they and the viewer would have otherwise; empty where nobody was faster.</summary>
    public IReadOnlyList<Difference> Differences { get; private set; } = [];

    public RegistryListing Listing => RegistryListing.From(Request.Query);

    /// <summary>What to mend, by field.</summary>
    public IReadOnlyList<RegistryError> Errors { get; private set; } = [];

    /// <summary>What to mend in the row as a whole.</summary>
    public string? Refusal => Text.Say(Errors.Where(error => error.Field.Length is 0));

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (Id is not { } id) return Page();
        if (await registry.FindAsync(id, cancellationToken) is not { } row) return NotFound();

        Form = Before = RegistrationForm.Of(row, time.LocalTimeZone);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!string.IsNullOrEmpty(Suggestion)) Form.Network = Suggestion;
        if (!Whole) Form = Form.With(Before, Keep);
        var draft = Form.ToDraft(time.LocalTimeZone);
        var change = Id is { } id
            ? await registry.UpdateAsync(id, Form.Version, draft, Actor, cancellationToken)
            : await registry.AddAsync(draft, Actor, cancellationToken);
        return change is { Succeeded: true, Row: { } row } ? Saved(row) : Refused(change);
    }

    private LocalRedirectResult Saved(RegisteredIp row)
    {
        if (Id is null) logger.Added(Actor.Name, row.Network, row.Role);
        else logger.Changed(Actor.Name, row.Network);
        TempData.SayDone(Text[Id is null ? "Registry_Added" : "Registry_Changed", row.Network]);
        return LocalRedirect(Listing.Url);
    }

    private IActionResult Refused(RegistryChange change)
    {
        Errors = change.Errors;
        logger.Refused(Actor.Name, string.Join(", ", Errors.Select(error => error.Code)));
        if (Errors.Any(error => error.Code is RegistryErrorCode.NotFound))
        {
            TempData.SayRefused(Say(change));
            return LocalRedirect(Listing.Url);
        }

        if (Errors.Any(error => error.Code is RegistryErrorCode.ChangedMeanwhile) && change.Row is { } row)
        {
            Theirs = row;
            var theirs = RegistrationForm.Of(row, time.LocalTimeZone);
            Differences = Difference.Between(Before, theirs, Form);
            (Before, Form.Version) = (theirs, row.Version);
        }

        return Page();
    }
}
