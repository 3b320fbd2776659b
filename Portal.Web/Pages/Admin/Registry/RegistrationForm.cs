using System.Globalization;
using Portal.Data;

namespace Portal.Web.Pages.Admin.Registry;

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

    /// <summary>The properties that are typed, in the order of the form.</summary>
    public static IReadOnlyList<string> Fields { get; } =
        [nameof(Network), nameof(Role), nameof(Port), nameof(Label), nameof(Notes), nameof(ExpiresAt), nameof(Enabled)];

    /// <summary>A field as it is compared: without white space around it, its lines ended in one way.</summary>
    public string ValueOf(string field) => (field switch
    {
        nameof(Network) => Network,
        nameof(Role) => Role,
        nameof(Port) => Port,
        nameof(Label) => Label,
        nameof(Notes) => Notes,
        nameof(ExpiresAt) => ExpiresAt,
        _ => Enabled.ToString(),
    } ?? "").Trim().ReplaceLineEndings("\n");

    /// <summary>The same, with those fields as another has them.</summary>
    public RegistrationForm With(RegistrationForm other, ICollection<string> fields)
    {
        return new()
        {
            Network = From(nameof(Network)).Network,
            Role = From(nameof(Role)).Role,
            Port = From(nameof(Port)).Port,
            Label = From(nameof(Label)).Label,
            Notes = From(nameof(Notes)).Notes,
            ExpiresAt = From(nameof(ExpiresAt)).ExpiresAt,
            Enabled = From(nameof(Enabled)).Enabled,
            Version = Version,
        };

        RegistrationForm From(string field) => fields.Contains(field) ? other : this;
    }

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
