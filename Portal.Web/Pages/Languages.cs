using System.Globalization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.WebUtilities;

namespace Portal.Web.Pages;

/// <summary>The languages of the portal and the links that switch between them: <c>?culture=ko</c> on any page.</summary>
internal static class Languages
{
    private const string Parameter = "culture";

    /// <summary>The languages by tag, each in its own name; the first is the default.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } =
        new OrderedDictionary<string, string>(StringComparer.Ordinal) { ["en"] = "English", ["ko"] = "한국어" };

    /// <summary>The language of that tag; null where it is none of ours.</summary>
    public static CultureInfo? Find(string? tag) => tag is not null && All.ContainsKey(tag) ? CultureInfo.GetCultureInfo(tag) : null;

    public static void Configure(RequestLocalizationOptions options)
    {
        string[] tags = [.. All.Keys];
        options.SetDefaultCulture(tags[0]).AddSupportedCultures(tags).AddSupportedUICultures(tags);
        options.ApplyCurrentCultureToResponseHeaders = true;
        options.RequestCultureProviders =
        [
            new CookieRequestCultureProvider { CookieName = CookieName },
            new AcceptLanguageHeaderRequestCultureProvider(),
        ];
    }

    private const string CookieName = "portal-culture";

    /// <summary>The address in the visitor's address bar, path and query; a status page is rendered at another.</summary>
    public static string Address(HttpContext context) =>
        context.Features.Get<IStatusCodeReExecuteFeature>() is { } original
            ? Local(original.OriginalPath, original.OriginalQueryString)
            : Local(context.Request.Path, context.Request.QueryString.Value);

    /// <summary>The link that shows a page in another language.</summary>
    public static string Link(string address, string culture) =>
        QueryHelpers.AddQueryString(Split(address).Plain, Parameter, culture);

    /// <summary>
    /// Remembers the language that a link asks for.
    /// </summary>
    /// <returns>The address without the question, to go on to; null where no known language was asked for.</returns>
    public static string? Remember(HttpContext context)
    {
        var (plain, culture) = Split(Address(context));
        if (!HttpMethods.IsGet(context.Request.Method) || culture is null || !All.ContainsKey(culture)) return null;

        context.Response.Cookies.Append(
            CookieName,
            CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(culture)),
            new CookieOptions
            {
                HttpOnly = true,
                Secure = context.Request.IsHttps,
                SameSite = SameSiteMode.Lax,
                MaxAge = TimeSpan.FromDays(365),
                IsEssential = true,
            });
        return plain;
    }

    private static (string Plain, string? Culture) Split(string address)
    {
        var start = address.IndexOf('?', StringComparison.Ordinal);
        if (start < 0) return (address, null);

        var query = QueryHelpers.ParseQuery(address[start..]);
        query.Remove(Parameter, out var culture);
        return (address[..start] + new QueryBuilder(query).ToQueryString(), culture);
    }

    // "//host" would lead to another host.
    private static string Local(PathString path, string? query) =>
        "/" + path.ToUriComponent().TrimStart('/', '\\') + query;
}
