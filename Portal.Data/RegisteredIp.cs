namespace Portal.Data;

/// <summary>A row of the registry: one address or one network, and what its clients may do.</summary>
public sealed class RegisteredIp
{
    /// <summary>How long before its end a registration is pointed out to the admins.</summary>
    public static readonly TimeSpan ExpiresSoon = TimeSpan.FromDays(14);

    public int Id { get; init; }

    /// <summary>Canonical notation: <c>10.1.2.3</c>, <c>10.1.0.0/16</c>, <c>2001:db8::/32</c>. Unique.</summary>
    public required string Network { get; set; }

    public required Role Role { get; set; }

    /// <summary>The TCP port of their instance, 1024 to 65535, unique; null: any free one. Only for a single address.</summary>
    public int? Port { get; set; }

    /// <summary>Who or what it is, up to 100 characters; may be empty.</summary>
    public string Label { get; set; } = "";

    /// <summary>What else admins want to remember of it, up to 1,000 characters; may be empty.</summary>
    public string Notes { get; set; } = "";

    public bool Enabled { get; set; } = true;

    /// <summary>From this moment on the row admits nobody; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public string CreatedBy { get; set; } = "";

    public DateTimeOffset UpdatedAt { get; set; }

    public string UpdatedBy { get; set; } = "";

    /// <summary>Changes with every update; an update that names an older one is refused.</summary>
    public Guid Version { get; set; }

    // The two keys are columns that follow their property by themselves; what the database holds is never read back.

    /// <summary>Sorts networks by number.</summary>
    internal string NetworkKey { get => NetworkNotation.SortKey(Network); private set => _ = value; }

    /// <summary>The label as it is searched and sorted: one form of each character, upper case.</summary>
    internal string LabelKey { get => LabelText.Fold(Label); private set => _ = value; }

    /// <summary>True while the row admits its clients.</summary>
    public bool IsActive(DateTimeOffset now) => Enabled && !(ExpiresAt <= now);

    /// <summary>How the row is at that moment.</summary>
    public RegistrationState StateAt(DateTimeOffset now) =>
        !Enabled ? RegistrationState.Disabled
        : !IsActive(now) ? RegistrationState.Expired
        : ExpiresAt <= now + ExpiresSoon ? RegistrationState.Expiring
        : RegistrationState.Enabled;
}
