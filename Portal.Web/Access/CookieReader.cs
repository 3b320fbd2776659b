using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Portal.Web.Access;

/// <summary>
/// Reads cookies as browsers write them: pairs with a semicolon between them, names letter by letter. The framework's own reader
/// takes a comma for a semicolon and ignores case, so that the value of an app's cookie could hold one of the portal's.
/// </summary>
internal sealed class CookieReader : IRequestCookieCollection
{
    private readonly Dictionary<string, string> _cookies = new(StringComparer.Ordinal);

    private CookieReader(StringValues lines)
    {
        foreach (var cookie in lines.SelectMany(line => line?.Split(';') ?? []))
        {
            var end = cookie.IndexOf('=', StringComparison.Ordinal);
            if (end > 0 && cookie.AsSpan(0, end).Trim(" \t") is { IsEmpty: false } name && cookie[(end + 1)..].Trim(' ', '\t') is var value
                && value.All(IsOctet))
            {
                _cookies[name.ToString()] = Uri.UnescapeDataString(value);
            }
        }
    }

    public int Count => _cookies.Count;

    public ICollection<string> Keys => _cookies.Keys;

    public string? this[string key] => _cookies.GetValueOrDefault(key);

    /// <summary>Has whoever reads the cookies of the request get them from here. Costs nothing where there are none.</summary>
    public static Task UseAsync(HttpContext http, RequestDelegate next)
    {
        if (http.Request.Headers.Cookie is { Count: > 0 } lines)
            http.Features.Set<IRequestCookiesFeature>(new Feature(lines));
        return next(http);
    }

    /// <summary>Reads the lines of the header <c>Cookie</c>; what is no cookie is passed over.</summary>
    internal static CookieReader Read(StringValues lines) => new(lines);

    public bool ContainsKey(string key) => _cookies.ContainsKey(key);

    public bool TryGetValue(string key, [NotNullWhen(true)] out string? value) => _cookies.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _cookies.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>RFC 6265, section 4.1.1: <c>cookie-octet</c>.</summary>
    private static bool IsOctet(char letter) => letter is > ' ' and < '\x7f' and not ('"' or ',' or ';' or '\\');

    /// <summary>Reads once, when somebody asks.</summary>
    private sealed class Feature(StringValues lines) : IRequestCookiesFeature
    {
        [AllowNull]
        public IRequestCookieCollection Cookies
        {
            get => field ??= Read(lines);
            set;
        }
    }
}
