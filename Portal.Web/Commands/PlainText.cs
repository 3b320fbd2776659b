using System.Globalization;
using System.Text;

namespace Portal.Web.Commands;

/// <summary>Texts of others on a terminal: none of them can drive it, break a line or hide what stands beside it.</summary>
internal static class PlainText
{
    private const char Replacement = '\uFFFD';

    /// <summary>One line, with what cannot be shown replaced.</summary>
    public static string Line(string text) =>
        string.Create(text.Length, text, static (line, text) =>
        {
            for (var i = 0; i < text.Length; i++)
                line[i] = text[i] is '\t' or '\n' ? ' ' : IsHarmless(text[i]) ? text[i] : Replacement;
        });

    /// <summary>How many columns of a terminal the text takes: Hangul and other wide characters take two.</summary>
    public static int Width(string text) => text.EnumerateRunes().Sum(Width);

    /// <summary>The beginning of a text, as much as fits, with an ellipsis where something is left out.</summary>
    public static string Fit(string text, int width)
    {
        if (Width(text) <= width)
            return text;
        var (fitting, used) = (new StringBuilder(), 1);
        foreach (var rune in text.EnumerateRunes())
        {
            if ((used += Width(rune)) > width)
                break;
            fitting.Append(rune);
        }

        return fitting.Append('…').ToString();
    }

    private static int Width(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format => 0,
        _ => rune.Value is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3)
            or (>= 0xF900 and <= 0xFAFF) or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60)
            or (>= 0xFFE0 and <= 0xFFE6) or (>= 0x1F300 and <= 0x1FAFF) or (>= 0x20000 and <= 0x3FFFD) ? 2 : 1,
    };

    /// <summary>Not a control character, nor one that ends a line or turns the direction of what follows.</summary>
    private static bool IsHarmless(char character) =>
        character is not ((>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\u200E' or '\u200F' or '\u061C')
        && char.GetUnicodeCategory(character) is not (UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
