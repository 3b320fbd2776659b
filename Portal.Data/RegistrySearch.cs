using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;

namespace Portal.Data;

/// <summary>A page of the registry: filtered, sorted and cut by the database.</summary>
internal static class RegistrySearch
{
    private const int MaxPageSize = 200;
    private const string Escape = "\\";

    public static async Task<RegisteredIpPage> ListAsync(
        PortalDbContext context, RegisteredIpQuery query, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rows = Filtered(context, query, now);
        var total = await rows.CountAsync(cancellationToken);
        var size = Math.Clamp(query.PageSize, 1, MaxPageSize);
        var page = Math.Clamp(query.Page, 1, Math.Max(1, (total + size - 1) / size));
        var items = await Sorted(rows, query.Sort, query.Descending)
            .Skip((page - 1) * size).Take(size).ToListAsync(cancellationToken);
        return new(items, total, page, size);
    }

    /// <summary>Every row that the query finds, on whatever page, in no order.</summary>
    public static IQueryable<RegisteredIp> Filtered(PortalDbContext context, RegisteredIpQuery query, DateTimeOffset now)
    {
        var rows = Matching(context.RegisteredIps.AsNoTracking(), query.Search);
        if (query.Role is { } role) rows = rows.Where(r => r.Role == role);
        var soon = now + RegisteredIp.ExpiresSoon;
        return query.State switch
        {
            RegistrationState.Enabled => rows.Where(r => r.Enabled && (r.ExpiresAt == null || r.ExpiresAt > now)),
            RegistrationState.Expiring => rows.Where(r => r.Enabled && r.ExpiresAt > now && r.ExpiresAt <= soon),
            RegistrationState.Disabled => rows.Where(r => !r.Enabled),
            RegistrationState.Expired => rows.Where(r => r.Enabled && r.ExpiresAt <= now),
            _ => rows,
        };
    }

    private static IQueryable<RegisteredIp> Matching(IQueryable<RegisteredIp> rows, string? search)
    {
        if (string.IsNullOrWhiteSpace(search)) return rows;

        // Nothing is longer than notes, and LIKE takes no pattern of any length.
        if (search.Length > LabelText.MaxNotes) return rows.Where(_ => false);

        // Contains becomes instr(), which knows no wildcards: % and _ in the input mean themselves.
        var label = LabelText.Fold(search.Trim());
        var network = label.ToLowerInvariant();
        var notes = $"%{LabelText.Clean(search).Replace(Escape, Escape + Escape, StringComparison.Ordinal)
            .Replace("%", Escape + "%", StringComparison.Ordinal).Replace("_", Escape + "_", StringComparison.Ordinal)}%";
        var holders = NetworkNotation.TryParse(search, out var parsed) && NetworkNotation.IsSingleAddress(parsed)
            ? NetworkNotation.CandidatesFor(parsed.BaseAddress).ToList()
            : [];

        // Notes have no key of their own: LIKE takes A to Z for a to z, and other letters as they are.
        return rows.Where(r => r.LabelKey.Contains(label) || r.Network.Contains(network) || holders.Contains(r.Network)
            || EF.Functions.Like(r.Notes, notes, Escape));
    }

    /// <summary>Rows without a port or an expiry come last in either direction; ties go by network.</summary>
    private static IOrderedQueryable<RegisteredIp> Sorted(
        IQueryable<RegisteredIp> rows, RegisteredIpSort sort, bool descending)
    {
        var sorted = sort switch
        {
            // Stored by name, sorted by rising rights.
            RegisteredIpSort.Role => rows.OrderBy(r => r.Role == Role.Admin, descending),
            RegisteredIpSort.Port => rows.OrderBy(r => r.Port == null).ThenBy(r => r.Port, descending),
            RegisteredIpSort.Label => rows.OrderBy(r => r.LabelKey, descending),
            RegisteredIpSort.Enabled => rows.OrderBy(r => r.Enabled, descending),
            RegisteredIpSort.ExpiresAt => rows.OrderBy(r => r.ExpiresAt == null).ThenBy(r => r.ExpiresAt, descending),
            RegisteredIpSort.UpdatedAt => rows.OrderBy(r => r.UpdatedAt, descending),
            _ => rows.OrderBy(r => r.NetworkKey, descending),
        };
        return sort is RegisteredIpSort.Network ? sorted : sorted.ThenBy(r => r.NetworkKey);
    }

    private static IOrderedQueryable<RegisteredIp> OrderBy<TKey>(
        this IQueryable<RegisteredIp> rows, Expression<Func<RegisteredIp, TKey>> key, bool descending) =>
        descending ? rows.OrderByDescending(key) : rows.OrderBy(key);

    private static IOrderedQueryable<RegisteredIp> ThenBy<TKey>(
        this IOrderedQueryable<RegisteredIp> rows, Expression<Func<RegisteredIp, TKey>> key, bool descending) =>
        descending ? rows.ThenByDescending(key) : rows.ThenBy(key);
}
