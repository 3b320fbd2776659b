using Portal.Data;

namespace Portal.Web.Commands;

/// <summary>A registration as programs get it.</summary>
/// <param name="Port">Null: any free one.</param>
/// <param name="State">At the moment of the answer.</param>
internal sealed record RegistrationLine(
    string Network,
    Role Role,
    int? Port,
    string Label,
    string Notes,
    bool Enabled,
    DateTimeOffset? ExpiresAt,
    RegistrationState State,
    DateTimeOffset UpdatedAt,
    string UpdatedBy)
{
    public static RegistrationLine Of(RegisteredIp row, DateTimeOffset now) => new(
        row.Network, row.Role, row.Port, row.Label, row.Notes, row.Enabled, row.ExpiresAt, row.StateAt(now), row.UpdatedAt, row.UpdatedBy);
}
