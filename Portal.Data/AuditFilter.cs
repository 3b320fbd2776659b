namespace Portal.Data;

/// <summary>Which part of the record to read.</summary>
/// <param name="Search">Part of who, on what, why, before or after; the case of Latin letters does not matter.</param>
/// <param name="Who">An address, or part of a name.</param>
/// <param name="From">The first moment.</param>
/// <param name="Until">The first moment that is no longer meant.</param>
public sealed record AuditFilter(
    string? Search = null,
    AuditAction? Action = null,
    string? Who = null,
    DateTimeOffset? From = null,
    DateTimeOffset? Until = null);
