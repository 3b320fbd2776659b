using System.Text.Json;

namespace Portal.Web.Pages.Admin.Record;

/// <summary>A field that an entry of the record shows: one that differs, or all that were set where there is but one side.</summary>
/// <param name="Old">As it is kept, null where it was not set.</param>
/// <param name="New">As it is kept, null where it is not set.</param>
public sealed record AuditDifference(string Field, string? Old, string? New)
{
    /// <summary>Compares two JSON objects, in the order of their fields.</summary>
    /// <param name="before">Null: there was nothing before.</param>
    /// <param name="after">Null: there is nothing any more.</param>
    public static IReadOnlyList<AuditDifference> Between(string? before, string? after)
    {
        var (old, now) = (Read(before), Read(after));
        return
        [
            .. old.Keys.Concat(now.Keys).Distinct(StringComparer.Ordinal)
                .Select(field => new AuditDifference(field, old.GetValueOrDefault(field), now.GetValueOrDefault(field)))
                .Where(field => !string.Equals(field.Old, field.New, StringComparison.Ordinal)),
        ];
    }

    private static OrderedDictionary<string, string?> Read(string? json)
    {
        var fields = new OrderedDictionary<string, string?>(StringComparer.Ordinal);
        if (json is null) return fields;

        using var document = JsonDocument.Parse(json);
        foreach (var property in document.RootElement.EnumerateObject())
            fields.Add(property.Name, property.Value.ToString() is { Length: > 0 } value ? value : null);
        return fields;
    }
}
