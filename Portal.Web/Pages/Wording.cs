using System.Globalization;
using Microsoft.Extensions.Localization;
using Portal.Data;
using Portal.Web.Resources;

namespace Portal.Web.Pages;

/// <summary>Quantities in the reader's words.</summary>
internal static class Wording
{
    /// <summary>Characters of a value that are enough to find it again.</summary>
    private const int LongestValue = 60;

    /// <summary>A duration to two units: "7 s", "3 min 20 s", "2 h 5 min", "4 d 1 h".</summary>
    public static string Duration(this IStringLocalizer<Texts> text, TimeSpan duration) => duration switch
    {
        { TotalSeconds: < 0 } => text.Duration(TimeSpan.Zero),
        { TotalMinutes: < 1 } => text["Duration_Seconds", duration.Seconds],
        { TotalHours: < 1 } => text["Duration_Minutes", duration.Minutes, duration.Seconds],
        { TotalDays: < 1 } => text["Duration_Hours", duration.Hours, duration.Minutes],
        _ => text["Duration_Days", duration.Days, duration.Hours],
    };

    /// <summary>An amount of memory: "0 MB", "25 MB", "1.2 GB".</summary>
    public static string Memory(long bytes)
    {
        const double Megabyte = 1024 * 1024;
        return bytes < 1000 * Megabyte
            ? string.Create(CultureInfo.CurrentCulture, $"{bytes / Megabyte:0} MB")
            : string.Create(CultureInfo.CurrentCulture, $"{bytes / Megabyte / 1024:0.0} GB");
    }

    /// <summary>What the registry refuses, with what stands in the file where it comes from one.</summary>
    private static string Say(this IStringLocalizer<Texts> text, RegistryError error)
    {
        var sentence = text[$"Error_{error.Code}", error.Argument ?? ""].Value.TrimEnd();
        return error.Value is { Length: > 0 } value
            ? text["Error_OfValue", value.Length > LongestValue ? value[..LongestValue] + "…" : value, sentence]
            : sentence;
    }

    /// <summary>What the registry refuses, a sentence each; null where it refuses nothing.</summary>
    public static string? Say(this IStringLocalizer<Texts> text, IEnumerable<RegistryError> errors)
    {
        string[] sentences = [.. errors.Select(error => text.Say(error))];
        return sentences.Length > 0 ? string.Join(' ', sentences) : null;
    }
}
