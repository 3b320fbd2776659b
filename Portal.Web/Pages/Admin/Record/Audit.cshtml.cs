using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Portal.Data;
using Portal.Web.Resources;

namespace Portal.Web.Pages.Admin.Record;

/// <summary>Who did what, newest first. There is nothing to change here.</summary>
internal sealed class AuditModel(AuditStore audit, TimeProvider time, IStringLocalizer<Texts> text) : AdminPage(text)
{
    private const int PageSize = 50;

    public AuditListing Listing => AuditListing.Read(Request.Query);

    public AuditPage Entries { get; private set; } = new([], false, false);

    public async Task OnGetAsync(string? before, string? after, CancellationToken cancellationToken) =>
        Entries = await audit.ListAsync(
            Listing.FilterIn(time.LocalTimeZone), Place(before), Place(after), PageSize, cancellationToken);

    public IActionResult OnGetExport() =>
        new AuditExport(audit.ReadAsync(Listing.FilterIn(time.LocalTimeZone), HttpContext.RequestAborted), "record.csv");

    private static AuditCursor? Place(string? text) => AuditCursor.TryParse(text, out var place) ? place : null;
}
