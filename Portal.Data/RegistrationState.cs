namespace Portal.Data;

/// <summary>How a registration is at a moment; to look for as well.</summary>
public enum RegistrationState
{
    /// <summary>Admits its clients. Who looks for these finds those that expire soon among them.</summary>
    Enabled,

    /// <summary>Admits its clients, for 14 days more at most.</summary>
    Expiring,

    /// <summary>Switched off by an admin, whatever its expiry.</summary>
    Disabled,

    /// <summary>Enabled, and its time is over.</summary>
    Expired,
}
