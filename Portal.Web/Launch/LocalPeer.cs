namespace Portal.Web.Launch;

/// <summary>Who is at the other end of a connection of this machine with itself.</summary>
/// <param name="ProcessId">The process that holds the other end, where that is known.</param>
internal readonly record struct LocalPeer(PeerKind Kind, int? ProcessId = null);

/// <summary>What is known of the other end. All but <see cref="Other"/> are refused.</summary>
internal enum PeerKind
{
    /// <summary>Another program of this machine, that is not of an app.</summary>
    Other,

    /// <summary>A process of an app.</summary>
    App,

    /// <summary>It was closed or reset before it could be looked up.</summary>
    Closed,

    /// <summary>No socket of this machine is the other end: its address was translated, or it is in another network namespace.</summary>
    NotFound,

    /// <summary>A socket of the portal's own user that no process which the portal can see holds.</summary>
    Hidden,
}
