using System.Collections;
using System.Globalization;
using System.Resources;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Localization;
using Portal.Web.Resources;

namespace Portal.Web.Pages;

/// <summary>
/// Says in the reader's language what the log and the audit log have in English: they keep one language, whoever reads them.
/// A sentence is known by its English text among the resources, <c>Detail_…</c>; so entries of earlier versions are too.
/// </summary>
internal static class Details
{
    private const string Prefix = "Detail_";

    // The longest first: "closed by {0}: {1}" before "closed by {0}".
    private static readonly (string Key, Regex Pattern)[] Known =
    [
        .. new ResourceManager(typeof(Texts)).GetResourceSet(CultureInfo.InvariantCulture, createIfNotExists: true, tryParents: false)!
            .Cast<DictionaryEntry>()
            .Where(text => ((string)text.Key).StartsWith(Prefix, StringComparison.Ordinal))
            .OrderByDescending(text => ((string)text.Value!).Length)
            .Select(text => ((string)text.Key, PatternOf((string)text.Value!))),
    ];

    /// <summary>The sentence in the reader's language; null where it is none of the portal's own, such as an error of the system.</summary>
    public static string? Detail(this IStringLocalizer<Texts> text, string english)
    {
        foreach (var (key, pattern) in Known)
        {
            if (pattern.Match(english) is { Success: true } match)
                return text[key, [.. match.Groups.Values.Skip(1).Select(part => text.Detail(part.Value) ?? part.Value)]];
        }

        return null;
    }

    /// <summary>A name as the audit log keeps it: a person's as it is, what acts by itself in the reader's language.</summary>
    public static string Actor(this IStringLocalizer<Texts> text, string name) => text.Detail(name) ?? name;

    // Without backtracking: a name or a message in it may be anything.
    private static Regex PatternOf(string english) => new(
        "^" + Regex.Replace(Regex.Escape(english), @"\\\{\d+}", "(.+?)", RegexOptions.None, TimeSpan.FromSeconds(1)) + "$",
        RegexOptions.Singleline | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
}
