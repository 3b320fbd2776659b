using System.Text;

namespace Portal.Data;

/// <summary>
/// Comma-separated text as RFC 4180 has it. What a spreadsheet would take for a formula is written with an apostrophe
/// before it, which is taken away again on reading (https://owasp.org/www-community/attacks/CSV_Injection).
/// </summary>
internal static class CsvText
{
    private const string FormulaStarts = "=+-@\t\r\n";

    /// <summary>One line, its end included.</summary>
    public static string Line(IEnumerable<string> fields) => string.Join(',', fields.Select(Quoted)) + "\r\n";

    /// <summary>The records of a text, each with the line that it begins in, from 1. Lines without anything are passed over.</summary>
    /// <returns>Null instead of the fields where a quotation mark is out of place or has no partner.</returns>
    public static IEnumerable<(int Line, IReadOnlyList<string>? Fields)> Records(string text)
    {
        var position = 0;
        var line = 1;
        while (position < text.Length)
        {
            var began = line;
            var fields = Record(text, ref position, ref line);
            if (fields is not [{ Length: 0 }]) yield return (began, fields?.ConvertAll(Bare));
        }
    }

    private static List<string>? Record(string text, ref int position, ref int line)
    {
        var fields = new List<string>();
        var sound = true;
        while (true)
        {
            sound &= Field(text, ref position, ref line, fields);
            if (position < text.Length && text[position] == ',')
            {
                position++;
                continue;
            }

            if (position < text.Length && text[position] == '\r') position++;
            if (position < text.Length && text[position] == '\n') position++;
            line++;
            return sound ? fields : null;
        }
    }

    /// <returns>False: its quotation marks are out of place.</returns>
    private static bool Field(string text, ref int position, ref int line, List<string> fields)
    {
        var field = new StringBuilder();
        var isQuoted = position < text.Length && text[position] == '"';
        var sound = true;
        if (isQuoted)
        {
            position++;
            sound = Quote(text, ref position, ref line, field);
        }

        for (; position < text.Length && text[position] is not (',' or '\r' or '\n'); position++)
        {
            sound &= !isQuoted && text[position] != '"';
            field.Append(text[position]);
        }

        fields.Add(field.ToString());
        return sound;
    }

    /// <summary>What stands between quotation marks, a double one for each of its own.</summary>
    private static bool Quote(string text, ref int position, ref int line, StringBuilder field)
    {
        while (position < text.Length)
        {
            var c = text[position++];
            if (c == '"')
            {
                if (position >= text.Length || text[position] != '"') return true;
                position++;
            }

            if (c == '\n') line++;
            field.Append(c);
        }

        return false;
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
