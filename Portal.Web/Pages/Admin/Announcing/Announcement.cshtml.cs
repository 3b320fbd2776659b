using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Portal.Data;
using Portal.Web.Resources;

namespace Portal.Web.Pages.Admin.Announcing;

/// <summary>The form for an announcement, new or not.</summary>
internal sealed class AnnouncementModel(AnnouncementStore store, TimeProvider time, IStringLocalizer<Texts> text) : AdminPage(text), IFormPage
{
    [BindProperty(SupportsGet = true)]
    public int? Id { get; set; }

    [BindProperty]
    public AnnouncementForm Form { get; set; } = new();

    /// <summary>What to mend, by field.</summary>
    public IReadOnlyList<AnnouncementError> Errors { get; private set; } = [];

    /// <summary>What to mend in the announcement as a whole.</summary>
    public string? Refusal =>
        Errors.FirstOrDefault(error => error.Field.Length is 0) is { } error ? Text[$"Announcement_{error.Code}"].Value : null;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (Id is not { } id) return Page();
        if (await store.FindAsync(id, cancellationToken) is not { } row) return NotFound();

        Form = AnnouncementForm.Of(row, time.LocalTimeZone);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var draft = Form.ToDraft(time.LocalTimeZone);
        var change = Id is { } id
            ? await store.UpdateAsync(id, Form.Version, draft, Actor, cancellationToken)
            : await store.AddAsync(draft, Actor, cancellationToken);
        if (change.Succeeded)
        {
            TempData.SayDone(Text["Announcement_Saved"]);
            return LocalRedirect("/admin/announcements");
        }

        Errors = change.Errors;
        // What somebody else has written is overwritten only by who has seen that there is something.
        if (change.Row is { } theirs) Form.Version = theirs.Version;
        return Page();
    }
}
