using System.Globalization;

namespace Portal.Data;

/// <summary>The record as a comma-separated file: a line of column names, then a line for each entry. Moments are ISO 8601 in universal time.</summary>
public static class AuditCsv
{
    /// <summary>The line of column names, its end included.</summary>
    public static string Head { get; } =
        CsvText.Line(["id", "at", "action", "actor", "address", "through", "subject", "before", "after", "detail", "count"]);

    /// <summary>The line of an entry, its end included; what a spreadsheet would take for a formula is defused.</summary>
    public static string Line(AuditEntry entry) => CsvText.Line(
    [
        entry.Id.ToString(CultureInfo.InvariantCulture),
        entry.At.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        entry.Action.ToString(),
        entry.Actor,
        entry.Address,
        entry.Through,
        entry.Subject,
        entry.Before ?? "",
        entry.After ?? "",
        entry.Detail,
        entry.Count.ToString(CultureInfo.InvariantCulture),
    ]);
}
