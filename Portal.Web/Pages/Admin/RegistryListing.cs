using System.Globalization;
using Microsoft.AspNetCore.Http.Extensions;
using Portal.Data;

namespace Portal.Web.Pages.Admin;

/// <summary>The part of the registry that an admin looks at, as it stands in the page's address.</summary>
/// <param name="PageSize">One of <see cref="PageSizes"/>.</param>
public sealed record RegistryListing(string? Search, RegisteredIpSort Sort, bool Descending, int Page, int PageSize)
{
    private const int LongestSearch = 100;

    /// <summary>The sizes to choose from; the registry allows 200 at most.</summary>
    public static IReadOnlyList<int> PageSizes { get; } = [10, 25, 50, 100, 200];

    /// <summary>Reads the address; what it does not say, or says wrongly, is as by default.</summary>
    public static RegistryListing From(IQueryCollection query)
    {
        var search = query["search"].ToString().Trim();
        return new(
            search.Length is 0 or > LongestSearch ? null : search,
            Enum.TryParse<RegisteredIpSort>(query["sort"], out var sort) && Enum.IsDefined(sort) ? sort : default,
            query["order"] == "desc",
            int.TryParse(query["p"], CultureInfo.InvariantCulture, out var page) && page > 0 ? page : 1,
            int.TryParse(query["size"], CultureInfo.InvariantCulture, out var size) && PageSizes.Contains(size) ? size : new RegisteredIpQuery().PageSize);
    }

    public RegisteredIpQuery Query => new(Search, Sort, Descending, Page, PageSize);

    /// <summary>The list itself.</summary>
    public string Url => At("/admin/", []);

    /// <summary>Another page of the same list.</summary>
    public string UrlOf(int page) => (this with { Page = page }).Url;

    /// <summary>The list sorted by a column, from the first page; in the other direction where it is already.</summary>
    public string SortedBy(RegisteredIpSort sort) =>
        (this with { Sort = sort, Descending = Sort == sort && !Descending, Page = 1 }).Url;

    /// <summary>The form for a row, or for a new one; the list comes along, to return to.</summary>
    public string EditUrl(int? id) => At(id is null ? "/admin/edit" : $"/admin/edit/{id}", []);

    /// <summary>Something to do with a row, as the list showed it.</summary>
    public string ActionUrl(string handler, RegisteredIp row) =>
        At("/admin/", [new("handler", handler), new("id", $"{row.Id}"), new("version", $"{row.Version}")]);

    private string At(string path, IEnumerable<KeyValuePair<string, string>> first)
    {
        var query = new QueryBuilder(first);
        if (Search is not null) query.Add("search", Search);
        if (Sort != default) query.Add("sort", $"{Sort}");
        if (Descending) query.Add("order", "desc");
        if (Page > 1) query.Add("p", $"{Page}");
        if (PageSize != new RegisteredIpQuery().PageSize) query.Add("size", $"{PageSize}");
        return path + query.ToQueryString();
    }
}
