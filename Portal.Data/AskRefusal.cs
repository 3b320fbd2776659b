namespace Portal.Data;

/// <summary>Why a request for access was not taken.</summary>
public enum AskRefusal
{
    /// <summary>No name was given.</summary>
    NameRequired,

    /// <summary>Longer than <see cref="AccessRequest.MaxName"/>.</summary>
    NameTooLong,

    /// <summary>Holds control characters.</summary>
    NameInvalid,

    /// <summary>No reason was given.</summary>
    ReasonRequired,

    /// <summary>Longer than <see cref="AccessRequest.MaxReason"/>.</summary>
    ReasonTooLong,

    /// <summary>Holds control characters.</summary>
    ReasonInvalid,

    /// <summary>The address has asked, and nobody has decided yet.</summary>
    AlreadyAsked,

    /// <summary>This address, or everybody together, has asked too often in a short time.</summary>
    TooOften,

    /// <summary>Too many requests wait for a decision; those that are there are kept.</summary>
    TooMany,
}
