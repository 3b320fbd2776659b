using System.Globalization;
using System.Text;

namespace Portal.Data;

/// <summary>The registry as a comma-separated file: a line of column names, then a line for each row.</summary>
public static class RegistryCsv
{
    // The columns, and the property of a draft that each is.
    private static readonly (string Column, string Property)[] Columns =
    [
        ("network", nameof(RegisteredIpDraft.Network)),
        ("role", nameof(RegisteredIpDraft.Role)),
        ("port", nameof(RegisteredIpDraft.Port)),
        ("label", nameof(RegisteredIpDraft.Label)),
        ("notes", nameof(RegisteredIpDraft.Notes)),
        ("enabled", nameof(RegisteredIpDraft.Enabled)),
        ("expires", nameof(RegisteredIpDraft.ExpiresAt)),
    ];

    /// <summary>Reading it again changes nothing. Moments are ISO 8601 with their zone.</summary>
    /// <param name="zone">That of the moments; universal time where it is left out.</param>
    public static string Write(IEnumerable<RegisteredIp> rows, TimeZoneInfo? zone = null)
    {
        var text = new StringBuilder(CsvText.Line(Columns.Select(column => column.Column)));
        foreach (var row in rows)
        {
            text.Append(CsvText.Line(
            [
                row.Network,
                row.Role == Role.Admin ? "admin" : "user",
                row.Port?.ToString(CultureInfo.InvariantCulture) ?? "",
                row.Label,
                row.Notes,
                row.Enabled ? "true" : "false",
                row.ExpiresAt is { } at ? Say(TimeZoneInfo.ConvertTime(at, zone ?? TimeZoneInfo.Utc)) : "",
            ]));
        }

        return text.ToString();
    }

    /// <summary>Whether it begins as one: with names of columns. Notes in it may well look like a line of something else.</summary>
    public static bool IsOne(string text) =>
        CsvText.Records(text.TrimStart('\uFEFF'), SeparatorOf(text)).FirstOrDefault().Fields is { } names
        && names.Any(name => name.Trim().Equals(Columns[0].Column, StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads what <see cref="Write"/> wrote, and what people made of it: columns in any order, or left out.</summary>
    /// <param name="zone">That of a moment that names none.</param>
    /// <returns>A line for each row; where the column names are wrong, one that says so.</returns>
    public static IReadOnlyList<ImportLine> Read(string text, TimeZoneInfo zone)
    {
        var records = CsvText.Records(text.TrimStart('\uFEFF'), SeparatorOf(text)).ToList();
        if (records.Count == 0) return [];

        var (line, names) = records[0];
        var columns = (names ?? []).Select(name => Array.FindIndex(Columns, one => one.Column.Equals(name.Trim(), StringComparison.OrdinalIgnoreCase))).ToList();
        if (names is null) return [Wrong(line, RegistryErrorCode.FileQuotes)];
        if (columns.IndexOf(-1) is var unknown and >= 0) return [Wrong(line, RegistryErrorCode.FileColumnUnknown, names[unknown])];
        if (columns.Count != columns.Distinct().Count() || !columns.Contains(0)) return [Wrong(line, RegistryErrorCode.FileColumns)];

        var properties = columns.ConvertAll(column => Columns[column].Property);
        return [.. records.Skip(1).Select(record =>
            record.Fields is null ? Wrong(record.Line, RegistryErrorCode.FileQuotes)
            : record.Fields.Count != properties.Count ? Wrong(record.Line, RegistryErrorCode.FileFields, properties.Count.ToString(CultureInfo.InvariantCulture))
            : ReadLine(record.Line, properties, record.Fields, zone))];
    }

    private static string Say(DateTimeOffset at) => at.Offset == TimeSpan.Zero
        ? at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)
        : at.ToString("O", CultureInfo.InvariantCulture);

    /// <summary>A spreadsheet that saves UTF-16 ("Unicode text") puts tabs between the columns.</summary>
    private static char SeparatorOf(string text)
    {
        var head = text.AsSpan().TrimStart("\uFEFF\r\n");
        head = head.IndexOfAny('\r', '\n') is >= 0 and var end ? head[..end] : head;
        return head.Contains('\t') && !head.Contains(',') ? '\t' : ',';
    }

    private static ImportLine Wrong(int line, RegistryErrorCode code, string? argument = null) =>
        new(line, new(null, Role.User), new HashSet<string>(StringComparer.Ordinal), [new("", code, argument)]);

    private static ImportLine ReadLine(int line, List<string> properties, IReadOnlyList<string> fields, TimeZoneInfo zone)
    {
        var draft = new RegisteredIpDraft(null, Role.User);
        var errors = new List<RegistryError>();
        foreach (var (property, field) in properties.Zip(fields, (property, field) => (property, field.Trim())))
        {
            (draft, var error) = With(draft, property, field, zone);
            if (error is { } code) errors.Add(new(property, code, Value: field));
        }

        return new(line, draft, properties.ToHashSet(StringComparer.Ordinal), errors);
    }

    private static (RegisteredIpDraft Draft, RegistryErrorCode? Error) With(
        RegisteredIpDraft draft, string property, string field, TimeZoneInfo zone) => property switch
        {
            nameof(draft.Network) => (draft with { Network = field }, null),
            nameof(draft.Label) => (draft with { Label = field }, null),
            nameof(draft.Notes) => (draft with { Notes = field }, null),
            nameof(draft.Role) => field.ToUpperInvariant() switch
            {
                "ADMIN" => (draft with { Role = Role.Admin }, null),
                "USER" => (draft with { Role = Role.User }, null),
                _ => (draft, RegistryErrorCode.RoleInvalid),
            },
            nameof(draft.Port) => field.Length == 0 ? (draft, null)
                : int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? (draft with { Port = port }, null)
                : (draft, RegistryErrorCode.PortOutOfRange),
            nameof(draft.Enabled) => field.ToUpperInvariant() switch
            {
                "TRUE" or "YES" or "1" or "" => (draft, null),
                "FALSE" or "NO" or "0" => (draft with { Enabled = false }, null),
                _ => (draft, RegistryErrorCode.EnabledInvalid),
            },
            _ => field.Length == 0 ? (draft, null)
                : ReadMoment(field, zone) is { } at ? (draft with { ExpiresAt = at }, null)
                : (draft, RegistryErrorCode.ExpiryInvalid),
        };

    private static DateTimeOffset? ReadMoment(string field, TimeZoneInfo zone)
    {
        // One digit of an hour is what a Korean spreadsheet makes of it.
        string[] formats = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd H:mmK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd H:mm:ss.FFFFFFFK"];
        if (!DateTime.TryParseExact(field, formats, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var moment)
            || moment.Year is <= 1 or >= 9999)
        {
            return null;
        }

        return new DateTimeOffset(moment, moment.Kind is DateTimeKind.Utc ? TimeSpan.Zero : zone.GetUtcOffset(moment));
    }
}
