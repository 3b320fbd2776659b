using Portal.Data;
using Portal.Web.Access;

namespace Portal.Web.Launch;

/// <summary>What goes on record of an instance.</summary>
/// <param name="By">Whoever asked for it; null for the portal itself.</param>
/// <param name="Detail">Why, in words; may be empty.</param>
internal sealed record LaunchNote(AuditAction Action, InstanceKey Instance, ClientIdentity? By, string Detail)
{
    /// <summary>What to call whoever asked for it.</summary>
    public string Actor { get; init; } = By?.DisplayName ?? "portal";

    /// <summary>How long the launch took; null for what is none that succeeded.</summary>
    public TimeSpan? Took { get; init; }

    /// <summary>Set for a launch that came to nothing.</summary>
    public LaunchFailureReason? Failure { get; init; }

    /// <summary>True for a failure that may come again with each request, as there is no room.</summary>
    public bool IsPassing { get; init; }
}
