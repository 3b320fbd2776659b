namespace Portal.Data;

/// <summary>A page of the record, newest first. How many there are in all is not counted: there may be a million.</summary>
/// <param name="HasNewer">Whether there is something before the first item.</param>
/// <param name="HasOlder">Whether there is something after the last one.</param>
public sealed record AuditPage(IReadOnlyList<AuditEntry> Items, bool HasNewer, bool HasOlder);
