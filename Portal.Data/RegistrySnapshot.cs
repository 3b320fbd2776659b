namespace Portal.Data;

/// <summary>The editable part of a row as <see cref="AuditEntry"/> keeps it: a JSON object, a property for each field.</summary>
internal static class RegistrySnapshot
{
    public static string Of(RegisteredIp row) => AuditSnapshot.Of(
        new { row.Network, row.Role, row.Port, row.Label, row.Enabled, row.ExpiresAt, row.Notes });
}
