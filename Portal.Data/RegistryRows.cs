using System.Collections.Concurrent;

namespace Portal.Data;

/// <summary>
/// Every row as it was at one version of the registry, with the texts that are searched. Immutable, and its rows are shared:
/// nobody changes them. A list is cut from it in milliseconds at 100,000 rows, whatever it is filtered and sorted by, which
/// no set of indexes does.
/// </summary>
internal sealed class RegistryRows
{
    private const int MaxPageSize = 200;

    private readonly Entry[] _entries;
    private readonly ConcurrentDictionary<(RegisteredIpSort Sort, bool Descending), Entry[]> _orders = new();

    /// <param name="version">Of the registry, at the latest when the rows were read.</param>
    /// <param name="all">In the order of the networks.</param>
    public RegistryRows(long version, IReadOnlyList<RegisteredIp> all)
    {
        (Version, All) = (version, all);
        _entries = [.. all.Select(row => new Entry(row, row.LabelKey, row.Notes.Length > 0 ? LabelText.Fold(row.Notes) : ""))];
    }

    public long Version { get; }

    public IReadOnlyList<RegisteredIp> All { get; }

    public RegisteredIpPage List(RegisteredIpQuery query, DateTimeOffset now)
    {
        var found = Sorted(query.Sort, query.Descending).Where(Filter(query, now)).ToList();
        var size = Math.Clamp(query.PageSize, 1, MaxPageSize);
        var page = Math.Clamp(query.Page, 1, Math.Max(1, (found.Count + size - 1) / size));
        return new([.. found.Skip((page - 1) * size).Take(size).Select(entry => entry.Row)], found.Count, page, size);
    }

    /// <summary>Every row that the query finds, on whatever page, in the order of the networks.</summary>
    public IEnumerable<RegisteredIp> Find(RegisteredIpQuery query, DateTimeOffset now) =>
        _entries.Where(Filter(query, now)).Select(entry => entry.Row);

    private Func<Entry, bool> Filter(RegisteredIpQuery query, DateTimeOffset now)
    {
        var matches = Matches(query.Search);
        var within = query.Within is { } network ? Within(network) : null;
        return entry => (query.Role is null || entry.Row.Role == query.Role)
            && query.State switch
            {
                null => true,
                RegistrationState.Enabled => entry.Row.IsActive(now),
                { } state => entry.Row.StateAt(now) == state,
            }
            && within?.Contains(entry.Row.Id) is not false
            && matches(entry);
    }

    /// <summary>The ids of the row of that network and of those inside it: in the order of the networks they follow it.</summary>
    private HashSet<int> Within(string network) => NetworkNotation.TryParse(network, out var wide)
        ? [.. All.SkipWhile(row => !row.Network.Equals(network, StringComparison.Ordinal))
            .TakeWhile(row => NetworkNotation.TryParse(row.Network, out var inner) && wide.Contains(inner.BaseAddress))
            .Select(row => row.Id)]
        : [];

    private static Func<Entry, bool> Matches(string? search)
    {
        if (string.IsNullOrWhiteSpace(search)) return _ => true;
        if (search.Length > LabelText.MaxNotes) return _ => false;

        var text = LabelText.Fold(search.Trim());
        var network = text.ToLowerInvariant();
        HashSet<string> holders = NetworkNotation.TryParse(search, out var parsed) && NetworkNotation.IsSingleAddress(parsed)
            ? NetworkNotation.CandidatesFor(parsed.BaseAddress).ToHashSet(StringComparer.Ordinal)
            : [];
        return entry => entry.Label.Contains(text, StringComparison.Ordinal)
            || entry.Notes.Contains(text, StringComparison.Ordinal)
            || entry.Row.Network.Contains(network, StringComparison.Ordinal)
            || holders.Contains(entry.Row.Network);
    }

    /// <summary>
    /// All of them in an order, which is made once. Rows without a port or an expiry come last in either direction; ties stay
    /// in the order of the networks, as a sort by LINQ is stable.
    /// </summary>
    private Entry[] Sorted(RegisteredIpSort sort, bool descending)
    {
        return _orders.GetOrAdd((sort, descending), _ => sort switch
        {
            RegisteredIpSort.Role => By(entry => (int)entry.Row.Role),
            RegisteredIpSort.Port => By(entry => entry.Row.Port ?? Last(int.MinValue, int.MaxValue)),
            RegisteredIpSort.Label => By(entry => entry.Label, StringComparer.Ordinal),
            RegisteredIpSort.Enabled => By(entry => entry.Row.Enabled),
            RegisteredIpSort.ExpiresAt => By(entry => entry.Row.ExpiresAt ?? Last(DateTimeOffset.MinValue, DateTimeOffset.MaxValue)),
            RegisteredIpSort.UpdatedAt => By(entry => entry.Row.UpdatedAt),
            _ => descending ? [.. Enumerable.Reverse(_entries)] : _entries,
        });

        Entry[] By<TKey>(Func<Entry, TKey> key, IComparer<TKey>? comparer = null) =>
            [.. descending ? _entries.OrderByDescending(key, comparer) : _entries.OrderBy(key, comparer)];

        T Last<T>(T lowest, T highest) => descending ? lowest : highest;
    }

    /// <param name="Label">As it is searched and sorted.</param>
    /// <param name="Notes">As they are searched.</param>
    private sealed record Entry(RegisteredIp Row, string Label, string Notes);
}
