using System.Globalization;
using Portal.Data;

namespace Portal.Web.Pages.Admin;

/// <summary>A row of the registry as it is typed. Nothing is checked here but how to read it.</summary>
public sealed class RegistrationForm
{
    public string? Network { get; set; }

    public string? Role { get; set; } = nameof(Data.Role.User);

    public string? Port { get; set; }

    public string? Label { get; set; }

    public string? Notes { get; set; }

    public bool Enabled { get; set; } = true;

    /// <summary>In the server's time zone, as <c>datetime-local</c> writes it.</summary>
    public string? ExpiresAt { get; set; }

    /// <summary>The version of the row that the form was filled from.</summary>
    public Guid Version { get; set; }

    public static RegistrationForm Of(RegisteredIp row, TimeZoneInfo zone) => new()
    {
        Network = row.Network,
        Role = row.Role.ToString(),
        Port = row.Port?.ToString(CultureInfo.InvariantCulture),
        Label = row.Label,
        Notes = row.Notes,
        Enabled = row.Enabled,
        ExpiresAt = LocalMoment.Write(row.ExpiresAt, zone),
        Version = row.Version,
    };

    /// <summary>What cannot be read becomes a value that the registry refuses, so that there is one place that refuses.</summary>
    public RegisteredIpDraft ToDraft(TimeZoneInfo zone) => new(
        Network?.Trim(), ReadRole(), ReadPort(), Label?.Trim(), Enabled, LocalMoment.Read(ExpiresAt, zone), Notes);

    private Role ReadRole() =>
        Enum.TryParse<Role>(Role, out var role) && Enum.IsDefined(role) ? role : (Role)(-1);

    private int? ReadPort() =>
        string.IsNullOrWhiteSpace(Port) ? null
        : int.TryParse(Port, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var port) ? port
        : -1;
}
