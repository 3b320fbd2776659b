using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Portal.Data;
using Portal.Web.Access;
using Portal.Web.Launch;
using Portal.Web.Resources;

namespace Portal.Web.Pages.Admin.Dashboard;

/// <summary>What was used by whom, by day.</summary>
internal sealed class UsageModel(
    UsageStore usage, RegistryAccess access, AppCatalog apps, TimeProvider time, IStringLocalizer<Texts> text) : AdminPage(text)
{
    /// <summary>Clients that the page shows; the file has all.</summary>
    public const int MostClients = 200;

    public UsageListing Listing => UsageListing.Read(Request.Query, DateOnly.FromDateTime(time.GetLocalNow().DateTime));

    public UsageReport Report { get; private set; } = new([], [], 0, []);

    public async Task OnGetAsync(CancellationToken cancellationToken) =>
        Report = await usage.SumAsync(Listing.First, Listing.Last, MostClients, cancellationToken);

    /// <summary>With a mark of the encoding before it, without which spreadsheets take Korean for something else.</summary>
    public async Task<IActionResult> OnGetExportAsync(CancellationToken cancellationToken)
    {
        var rows = await usage.ListAsync(Listing.First, Listing.Last, cancellationToken);
        return File([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(UsageCsv.Write(rows, LabelOf, time.LocalTimeZone.Id))], "text/csv; charset=utf-8", Listing.FileName);
    }

    public string NameOfClient(string address) => LabelOf(address) is { Length: > 0 } label ? label : address;

    public string NameOfApp(string slug) =>
        apps.All.FirstOrDefault(app => string.Equals(app.Slug, slug, StringComparison.Ordinal))?.Title ?? slug;

    public string NameOfDay(string day) =>
        DateOnly.TryParse(day, CultureInfo.InvariantCulture, out var known) ? known.ToString(Text["Format_Date"], CultureInfo.CurrentCulture) : day;

    private string LabelOf(string address) =>
        IPAddress.TryParse(address, out var client) ? access.Table.Decide(client)?.Row.Label ?? "" : "";
}
