using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Portal.Web.Launch;
using Portal.Web.Resources;

namespace Portal.Web.Pages.Admin.Running;

/// <summary>What an instance wrote: its newest lines, older parts, the lines that hold a text, or all of it as a file.</summary>
internal sealed class LogModel(
    Supervisor supervisor, AppCatalog apps, PortalPaths paths, IOptions<LaunchOptions> options, IStringLocalizer<Texts> text) : AdminPage(text)
{
    /// <summary>Lines that a search shows.</summary>
    private const int MostMatches = 500;

    public LogListing Listing { get; private set; } = new(default);

    public InstanceStatus? Status { get; private set; }

    public LogPart Part { get; private set; } = LogPart.Empty;

    /// <summary>Null where nothing is searched for.</summary>
    public LogMatches? Matches { get; private set; }

    /// <summary>What comes before the part that is shown; null where it begins at the beginning.</summary>
    public LogListing? Older { get; private set; }

    public IActionResult OnGet(CancellationToken cancellationToken)
    {
        if (LogListing.Read(Request.Query, apps) is not { } listing) return NotFound();

        Listing = listing;
        Status = supervisor.Find(listing.Key);
        var log = LogOf(listing);
        if (listing.Search is { } search)
        {
            Matches = LogReader.Search([log.OlderPath, log.Path], search, MostMatches, cancellationToken);
            return Page();
        }

        Part = LogReader.Before(listing.IsOlder ? log.OlderPath : log.Path, listing.Before);
        Older = Part.Start > 0 ? listing with { Before = Part.Start }
            : !listing.IsOlder && System.IO.File.Exists(log.OlderPath) ? listing with { IsOlder = true, Before = null }
            : null;
        return Page();
    }

    /// <summary>Byte for byte, and of a type that no browser takes for a page.</summary>
    public async Task<IActionResult> OnGetDownloadAsync(CancellationToken cancellationToken)
    {
        if (LogListing.Read(Request.Query, apps) is not { } listing) return NotFound();

        var log = LogOf(listing);
        var name = new ContentDispositionHeaderValue("attachment");
        name.SetHttpFileName($"{listing.Key.FileName}.log");
        Response.ContentType = "text/plain; charset=utf-8";
        Response.Headers.ContentDisposition = name.ToString();
        Response.Headers.XContentTypeOptions = "nosniff";
        await LogReader.CopyAsync([log.OlderPath, log.Path], Response.Body, cancellationToken);
        return new EmptyResult();
    }

    private InstanceLog LogOf(LogListing listing) => InstanceLog.Of(listing.Key, paths.Logs, options.Value.MaxLogSize);
}
