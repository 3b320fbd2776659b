namespace Portal.Data;

/// <summary>Which part of the registry to list.</summary>
/// <param name="Search">Part of a network, label or notes, case-insensitive; or an address: then also the networks that hold it.</param>
/// <param name="Sort">The column; ties are broken by network, so that the order is stable.</param>
/// <param name="Page">From 1; a page past the end answers the last one.</param>
/// <param name="PageSize">1 to 200.</param>
/// <param name="Role">Only these; null: all.</param>
/// <param name="State">Only these; null: all.</param>
/// <param name="Within">Only that row of the registry, by its network, and those that lie inside it; null: all.</param>
public sealed record RegisteredIpQuery(
    string? Search = null,
    RegisteredIpSort Sort = RegisteredIpSort.Network,
    bool Descending = false,
    int Page = 1,
    int PageSize = 25,
    Role? Role = null,
    RegistrationState? State = null,
    string? Within = null);

/// <summary>The columns that the registry can be sorted by.</summary>
public enum RegisteredIpSort
{
    Network,
    Role,
    Port,
    Label,
    Enabled,
    ExpiresAt,
    UpdatedAt,
}
