using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http.Extensions;
using Portal.Web.Launch;

namespace Portal.Web.Pages.Admin.Running;

/// <summary>Which part of which log an admin looks at, as it stands in the page's address.</summary>
/// <param name="Search">Only lines that hold it, of all that is kept; null: a part of the log.</param>
/// <param name="IsOlder">True for what was written before the log was emptied, or by the instance before.</param>
/// <param name="Before">The part that ends there, in bytes; null: the newest.</param>
internal sealed record LogListing(InstanceKey Key, string? Search = null, bool IsOlder = false, long? Before = null)
{
    public const int LongestSearch = 100;

    private const string Path = "/admin/log";

    /// <summary>Null where it names no address, or no app of the catalog: their files are all that may be read.</summary>
    public static LogListing? Read(IQueryCollection query, AppCatalog apps) =>
        IPAddress.TryParse(query["client"], out var client) && apps.All.FirstOrDefault(app => query["app"] == app.Slug) is { } known
            ? new LogListing(
                new InstanceKey(client, known.Slug),
                query["search"].ToString() is { Length: > 0 and <= LongestSearch } search ? search : null,
                query["older"] == "true",
                long.TryParse(query["before"], NumberStyles.None, CultureInfo.InvariantCulture, out var before) ? before : null)
            : null;

    /// <summary>True for the newest part, which may still grow.</summary>
    public bool IsNewest => this is { Search: null, IsOlder: false, Before: null };

    public string Url => Path + Query().ToQueryString();

    /// <summary>All that is kept, as a file.</summary>
    public string DownloadUrl => Path + new QueryBuilder([.. new LogListing(Key).Query(), new("handler", "Download")]).ToQueryString();

    /// <summary>The stream of what is written, without the place that it goes on from.</summary>
    public string FeedUrl => LiveEndpoints.Log + new LogListing(Key).Query().ToQueryString();

    private QueryBuilder Query()
    {
        var query = new QueryBuilder { { "client", Key.Client.ToString() }, { "app", Key.Slug } };
        if (Search is not null) query.Add("search", Search);
        if (IsOlder) query.Add("older", "true");
        if (Before is { } before) query.Add("before", before.ToString(CultureInfo.InvariantCulture));
        return query;
    }
}
