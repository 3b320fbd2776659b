using System.Globalization;
using System.Text;

namespace Portal.Data;

/// <summary>Labels and notes are plain text that people of any language type, look for and compare.</summary>
public static class LabelText
{
    /// <summary>Characters of a label, and of notes.</summary>
    public const int MaxLength = 100, MaxNotes = 1000;

    /// <summary>Without white space around it, and composed: a Mac sends Hangul in pieces that look the same.</summary>
    public static string Clean(string? label) => WellFormed(label ?? "").Trim().Normalize(NormalizationForm.FormC);

    /// <summary>Control characters, line breaks and the marks that turn the direction of the text around them.</summary>
    public static bool IsPlain(string label) =>
        !label.Any(c => c is '\uFFFD' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069')
            || CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Control
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    /// <summary>The same for a text of several lines, which end as they do everywhere but in forms.</summary>
    public static string CleanLines(string? notes) => Clean(notes?.ReplaceLineEndings("\n"));

    /// <summary>As a label, but for line breaks and tabs.</summary>
    public static bool ArePlainLines(string notes) => notes.Split('\n', '\t').All(IsPlain);

    /// <summary>What two texts have in common that differ in case or in the form of their characters only.</summary>
    public static string Fold(string text) => WellFormed(text).Normalize(NormalizationForm.FormKC).ToUpperInvariant();

    /// <summary>Half a surrogate pair has no UTF-8 and no normal form: it becomes U+FFFD.</summary>
    private static string WellFormed(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
