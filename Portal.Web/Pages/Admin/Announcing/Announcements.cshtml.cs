using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Portal.Data;
using Portal.Web.Resources;

namespace Portal.Web.Pages.Admin.Announcing;

/// <summary>What is announced, was and will be.</summary>
internal sealed class AnnouncementsModel(AnnouncementStore store, IStringLocalizer<Texts> text) : AdminPage(text)
{
    public IReadOnlyList<Announcement> Upcoming { get; private set; } = [];

    public IReadOnlyList<Announcement> Past { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Upcoming = await store.UpcomingAsync(cancellationToken);
        Past = await store.PastAsync(cancellationToken);
    }

    public async Task<IActionResult> OnPostRemoveAsync(int id, Guid version, CancellationToken cancellationToken)
    {
        var change = await store.RemoveAsync(id, version, Actor, cancellationToken);
        if (change.Succeeded) TempData.SayDone(Text["Announcement_Removed"]);
        else TempData.SayRefused(Text[$"Announcement_{change.Errors[0].Code}"]);
        return LocalRedirect("/admin/announcements");
    }
}
