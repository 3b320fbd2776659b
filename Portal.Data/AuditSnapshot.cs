using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace Portal.Data;

/// <summary>A subject as <see cref="AuditEntry"/> keeps it: a JSON object, a property for each field.</summary>
internal static class AuditSnapshot
{
    // Texts as they are, not as escapes: the record is searched for what people typed.
    private static readonly JsonSerializerOptions Readable = new()
    {
        Converters = { new JsonStringEnumConverter() },
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    };

    public static string Of<T>(T fields) => JsonSerializer.Serialize(fields, Readable);
}
