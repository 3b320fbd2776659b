using System.Net;

namespace Portal.Data;

/// <summary>Somebody who is not registered asks to be.</summary>
public sealed class AccessRequest
{
    /// <summary>Characters of <see cref="Name"/>, of <see cref="Reason"/> and of <see cref="Word"/>.</summary>
    public const int MaxName = 100, MaxReason = 500, MaxWord = 500;

    public int Id { get; init; }

    /// <summary>The address that they ask from, in the form of <see cref="IPAddress.ToString()"/>. One open request for each.</summary>
    public required string Client { get; init; }

    public required string Name { get; init; }

    public required string Reason { get; init; }

    public required DateTimeOffset AskedAt { get; init; }

    public AccessRequestState State { get; set; } = AccessRequestState.Open;

    public DateTimeOffset? DecidedAt { get; set; }

    public string DecidedBy { get; set; } = "";

    /// <summary>What the admin answers, for the visitor to read; may be empty.</summary>
    public string Word { get; set; } = "";

    /// <summary>Changes with the decision, so that two admins do not decide twice.</summary>
    public Guid Version { get; set; }
}

/// <summary>What became of a request. The names are kept in the database.</summary>
public enum AccessRequestState
{
    Open,
    Approved,
    Declined,
}
