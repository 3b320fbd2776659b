using Microsoft.Extensions.Localization;
using Portal.Data;
using Portal.Web.Resources;

namespace Portal.Web.Pages;

/// <summary>Quantities in the reader's words.</summary>
internal static class Wording
{
    /// <summary>A duration to two units: "7 s", "3 min 20 s", "2 h 5 min", "4 d 1 h".</summary>
    public static string Duration(this IStringLocalizer<Texts> text, TimeSpan duration) => duration switch
    {
        { TotalSeconds: < 0 } => text.Duration(TimeSpan.Zero),
        { TotalMinutes: < 1 } => text["Duration_Seconds", duration.Seconds],
        { TotalHours: < 1 } => text["Duration_Minutes", duration.Minutes, duration.Seconds],
        { TotalDays: < 1 } => text["Duration_Hours", duration.Hours, duration.Minutes],
        _ => text["Duration_Days", duration.Days, duration.Hours],
    };

    /// <summary>A duration that somebody has chosen, in the largest unit that it is a whole number of: "30 min", "2 h", "90 min".</summary>
    public static string Limit(this IStringLocalizer<Texts> text, TimeSpan limit) => limit.Ticks switch
    {
        var ticks when ticks % TimeSpan.TicksPerDay is 0 => text["Limit_Days", limit.TotalDays],
        var ticks when ticks % TimeSpan.TicksPerHour is 0 => text["Limit_Hours", limit.TotalHours],
        var ticks when ticks % TimeSpan.TicksPerMinute is 0 => text["Limit_Minutes", limit.TotalMinutes],
        _ => text.Duration(limit),
    };

    /// <summary>What the registry refuses, a sentence each; null where it refuses nothing.</summary>
    public static string? Say(this IStringLocalizer<Texts> text, IEnumerable<RegistryError> errors)
    {
        string[] sentences = [.. errors.Select(error => text[$"Error_{error.Code}", error.Argument ?? ""].Value.TrimEnd())];
        return sentences.Length > 0 ? string.Join(' ', sentences) : null;
    }
}
