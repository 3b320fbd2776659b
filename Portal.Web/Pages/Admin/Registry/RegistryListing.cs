using System.Globalization;
using Microsoft.AspNetCore.Http.Extensions;
using Portal.Data;

namespace Portal.Web.Pages.Admin.Registry;

/// <summary>The part of the registry that an admin looks at, as it stands in the page's address.</summary>
/// <param name="PageSize">One of <see cref="PageSizes"/>.</param>
/// <param name="Role">Only these; null: all.</param>
/// <param name="State">Only these; null: all.</param>
/// <param name="Within">Only what lies inside that network; null: all.</param>
public sealed record RegistryListing(
    string? Search,
    RegisteredIpSort Sort,
    bool Descending,
    int Page,
    int PageSize,
    Role? Role = null,
    RegistrationState? State = null,
    string? Within = null)
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
            Read<RegisteredIpSort>(query["sort"]) ?? default,
            query["order"] == "desc",
            int.TryParse(query["p"], CultureInfo.InvariantCulture, out var page) && page > 0 ? page : 1,
            int.TryParse(query["size"], CultureInfo.InvariantCulture, out var size) && PageSizes.Contains(size) ? size : new RegisteredIpQuery().PageSize,
            Read<Role>(query["role"]),
            Read<RegistrationState>(query["state"]),
            NetworkNotation.TryParse(query["within"], out var network) ? NetworkNotation.Format(network) : null);
    }

    public RegisteredIpQuery Query => new(Search, Sort, Descending, Page, PageSize, Role, State, Within);

    /// <summary>What stands in the address, for a form that keeps the list as it is.</summary>
    public IEnumerable<KeyValuePair<string, string>> Fields
    {
        get
        {
            if (Search is not null) yield return new("search", Search);
            if (Role is not null) yield return new("role", $"{Role}");
            if (State is not null) yield return new("state", $"{State}");
            if (Within is not null) yield return new("within", Within);
            if (Sort != default) yield return new("sort", $"{Sort}");
            if (Descending) yield return new("order", "desc");
            if (Page > 1) yield return new("p", $"{Page}");
            if (PageSize != new RegisteredIpQuery().PageSize) yield return new("size", $"{PageSize}");
        }
    }

    /// <summary>The list itself.</summary>
    public string Url => At("/admin/", []);

    /// <summary>Another page of the same list.</summary>
    public string UrlOf(int page) => (this with { Page = page }).Url;

    /// <summary>The list sorted by a column, from the first page; in the other direction where it is already.</summary>
    public string SortedBy(RegisteredIpSort sort) =>
        (this with { Sort = sort, Descending = Sort == sort && !Descending, Page = 1 }).Url;

    /// <summary>A network's row and those inside it, from the first page.</summary>
    public string WithinUrl(string network) => (this with { Search = null, Role = null, State = null, Within = network, Page = 1 }).Url;

    /// <summary>The form for a row, or for a new one; the list comes along, to return to.</summary>
    public string EditUrl(int? id) => At(id is null ? "/admin/edit" : $"/admin/edit/{id}", []);

    /// <summary>Something to do with a row, as the list showed it.</summary>
    public string ActionUrl(string handler, RegisteredIp row) =>
        At("/admin/", [new("handler", handler), new("id", $"{row.Id}"), new("version", $"{row.Version}")]);

    /// <summary>The rows of the list, on whatever page, as a file.</summary>
    public string ExportUrl => At("/admin/", [new("handler", "Export")]);

    /// <summary>The registrations whose end is near.</summary>
    public static string ExpiringUrl { get; } =
        new RegistryListing(null, RegisteredIpSort.ExpiresAt, Descending: false, 1, new RegisteredIpQuery().PageSize, State: RegistrationState.Expiring).Url;

    private string At(string path, IEnumerable<KeyValuePair<string, string>> first) =>
        path + new QueryBuilder(first.Concat(Fields)).ToQueryString();

    private static T? Read<T>(string? name)
        where T : struct, Enum => Enum.TryParse<T>(name, out var value) && Enum.IsDefined(value) ? value : null;
}
