using CsvHelper;

namespace Portal.Data;

/// <summary>
/// Reads and writes comma-separated text (RFC 4180). What a spreadsheet would take for a formula is written with an apostrophe
/// before it, which is taken away again on reading (https://owasp.org/www-community/attacks/CSV_Injection).
/// </summary>
internal static class CsvText
{
    private const string FormulaStarts = "=+-@\t\r\n";

    /// <summary>One line, its end included.</summary>
    public static string Line(IEnumerable<string> fields) => string.Join(',', fields.Select(Quoted)) + "\r\n";

    /// <summary>Returns the records of a text, each with the line that it begins in, from 1. Empty lines are skipped.</summary>
    /// <returns>Null instead of the fields where a quotation mark is misplaced or never closed.</returns>
    public static IEnumerable<(int Line, IReadOnlyList<string>? Fields)> Records(string text, char separator = ',')
    {
        var isMalformed = false;
        using var reader = CsvReader.FromText(text, new CsvReaderOptions
        {
            Separator = separator,
            HasHeader = false,
            TrackLineNumbers = true,
            OnMalformedRecord = _ => isMalformed = true,
        });
        while (reader.Read())
        {
            string[]? fields = isMalformed ? null : [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)];
            isMalformed = false;
            if (fields is not [{ Length: 0 }]) yield return ((int)reader.LineNumber, fields is null ? null : Array.ConvertAll(fields, Bare));
        }
    }

    private static string Quoted(string field)
    {
        var safe = IsFormula(field) ? "'" + field : field;
        return safe.AsSpan().ContainsAny(",\"\r\n") ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }

    private static string Bare(string field) => field.StartsWith('\'') && IsFormula(field) ? field[1..] : field;

    /// <summary>Apostrophes of its own count as nothing, so that each that is added can be told from them.</summary>
    private static bool IsFormula(string field)
    {
        var start = field.AsSpan().TrimStart('\'');
        return !start.IsEmpty && FormulaStarts.Contains(start[0], StringComparison.Ordinal);
    }
}
