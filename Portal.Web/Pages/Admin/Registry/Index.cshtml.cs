using System.Text;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Portal.Data;
using Portal.Web.Access;
using Portal.Web.Launch;
using Portal.Web.Resources;

namespace Portal.Web.Pages.Admin.Registry;

/// <summary>The registry: who may come in, and what can be done about each.</summary>
internal sealed class IndexModel(
    RegisteredIpStore registry,
    RegistryAccess access,
    Sightings sightings,
    AppCatalog apps,
    TimeProvider time,
    IStringLocalizer<Texts> text,
    ILogger<IndexModel> logger)
    : AdminPage(text)
{
    public RegistryListing Listing => RegistryListing.From(Request.Query);

    public RegisteredIpPage Rows { get; private set; } = new([], 0, 1, 1);

    /// <summary>Who came through the rows of the page last, by their id.</summary>
    public IReadOnlyDictionary<int, Sighting> Seen { get; private set; } = new Dictionary<int, Sighting>();

    /// <summary>What a row covers by the table that answers requests.</summary>
    public Coverage? CoverageOf(RegisteredIp row) => access.Table.CoverageOf(row);

    /// <summary>How many registrations expire soon.</summary>
    public int Expiring { get; private set; }

    /// <summary>The answer to who an address would be; null where nobody asked.</summary>
    public WhoIs? Who { get; private set; }

    public async Task OnGetAsync([FromQuery(Name = "who")] string? asked, CancellationToken cancellationToken)
    {
        Rows = await registry.ListAsync(Listing.Query, cancellationToken);
        Expiring = await registry.CountAsync(RegistrationState.Expiring, cancellationToken);
        var who = Request.Query.ContainsKey("who") ? WhoIs.Ask(asked ?? "", access, apps) : null;
        Seen = await sightings.FindAsync([.. Rows.Items.Append(who?.Row).OfType<RegisteredIp>().Select(row => row.Id)], cancellationToken);
        Who = who is { Row: { } decides } ? who with { Seen = Seen.GetValueOrDefault(decides.Id) } : who;
    }

    /// <summary>With a mark of the encoding before it, without which spreadsheets take Korean for something else.</summary>
    public async Task<IActionResult> OnGetExportAsync(CancellationToken cancellationToken)
    {
        var rows = await registry.ExportAsync(Listing.Query, cancellationToken);
        return File([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(RegistryCsv.Write(rows, time.LocalTimeZone))], "text/csv; charset=utf-8", "registry.csv");
    }

    public Task<IActionResult> OnPostEnableAsync(int id, Guid version, CancellationToken cancellationToken) =>
        SetEnabledAsync(id, version, enabled: true, cancellationToken);

    public Task<IActionResult> OnPostDisableAsync(int id, Guid version, CancellationToken cancellationToken) =>
        SetEnabledAsync(id, version, enabled: false, cancellationToken);

    public async Task<IActionResult> OnPostRemoveAsync(int id, Guid version, CancellationToken cancellationToken)
    {
        var change = await registry.RemoveAsync(id, version, Actor, cancellationToken);
        if (change is { Succeeded: true, Row: { } row }) logger.Removed(Actor.Name, row.Network);
        return Answer(change, "Registry_Removed");
    }

    private async Task<IActionResult> SetEnabledAsync(
        int id, Guid version, bool enabled, CancellationToken cancellationToken)
    {
        var change = await registry.SetEnabledAsync(id, version, enabled, Actor, cancellationToken);
        if (change is { Succeeded: true, Row: { } row }) logger.Switched(Actor.Name, row.Network, enabled);
        return Answer(change, enabled ? "Registry_Enabled" : "Registry_Disabled");
    }

    private LocalRedirectResult Answer(RegistryChange change, string done)
    {
        if (change.Succeeded) TempData.SayDone(Text[done, change.Row?.Network ?? ""]);
        else
        {
            logger.Refused(Actor.Name, string.Join(", ", change.Errors.Select(error => error.Code)));
            TempData.SayRefused(Say(change));
        }

        return LocalRedirect(Listing.Url);
    }
}
