namespace Portal.Data;

/// <summary>The database cannot be used as it is; the message says what to mend, for an operator.</summary>
public sealed class PortalDatabaseException(string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>True where it may be usable a moment later without anybody's doing: another program holds it, or the disk is full.</summary>
    public bool IsPassing { get; init; }
}
