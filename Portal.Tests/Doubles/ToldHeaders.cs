using System.Text.Json;

namespace Portal.Tests.Doubles;

/// <summary>Headers as they reached the stub: pairs of name and value, names as they were written.</summary>
internal sealed class ToldHeaders(JsonElement pairs)
{
    private readonly ILookup<string, string> _values = pairs.EnumerateArray()
        .ToLookup(pair => pair[0].GetString() ?? "", pair => pair[1].GetString() ?? "", StringComparer.OrdinalIgnoreCase);

    public IEnumerable<string> Names => _values.Select(header => header.Key);

    /// <summary>The value; those of a header that came more than once with a bar in between; nothing for none.</summary>
    public string this[string name] => string.Join(" | ", _values[name]);
}
