namespace Portal.Data;

/// <summary>What an admin typed: the editable part of a <see cref="RegisteredIp"/>, not yet checked.</summary>
public sealed record RegisteredIpDraft(
    string? Network,
    Role Role,
    int? Port = null,
    string? Label = null,
    bool Enabled = true,
    DateTimeOffset? ExpiresAt = null,
    string? Notes = null);
