namespace Portal.Data;

/// <summary>The database cannot be used as it is; the message says what to mend, for an operator.</summary>
public sealed class PortalDatabaseException(string message, Exception? innerException = null)
    : Exception(message, innerException);
