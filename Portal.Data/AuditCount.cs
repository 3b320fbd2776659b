namespace Portal.Data;

/// <summary>How often something was done within an hour.</summary>
/// <param name="Hour">Which one, from 0.</param>
public sealed record AuditCount(AuditAction Action, int Hour, long Count);
