namespace Portal.Data;

/// <summary>Something that somebody did, or was refused. Written once, never changed.</summary>
public sealed class AuditEntry
{
    public long Id { get; init; }

    public required DateTimeOffset At { get; init; }

    public required AuditAction Action { get; init; }

    /// <summary>Who: their label, or their address, or what acts by itself (<c>portal</c>, <c>bootstrap</c>, <c>command line</c>).</summary>
    public required string Actor { get; init; }

    /// <summary>Where they came from; empty for what acts by itself.</summary>
    public string Address { get; init; } = "";

    /// <summary>The network of the registration that they came through; empty where none.</summary>
    public string Through { get; init; } = "";

    /// <summary>On what: a network, an address, an instance.</summary>
    public string Subject { get; init; } = "";

    /// <summary>The subject before, as JSON; null where there was none.</summary>
    public string? Before { get; init; }

    /// <summary>The subject after, as JSON; null where it is gone.</summary>
    public string? After { get; init; }

    /// <summary>Why, in words; a reason that was given, or a failure.</summary>
    public string Detail { get; init; } = "";

    /// <summary>How often within the minute; more than one only for what is collapsed, as refusals are.</summary>
    public int Count { get; set; } = 1;
}

/// <summary>What can be on record. The names are kept in the database.</summary>
public enum AuditAction
{
    RegistrationAdded,
    RegistrationChanged,
    RegistrationRemoved,
    AccessRefused,
    AccessRequested,
    RequestApproved,
    RequestDeclined,
    AppLaunched,
    LaunchFailed,
    AppStopped,
    AppRestarted,
    AnnouncementAdded,
    AnnouncementChanged,
    AnnouncementRemoved,
}
