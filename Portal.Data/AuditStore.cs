using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.EntityFrameworkCore;

namespace Portal.Data;

/// <summary>The record of what was done and refused. It can be added to and read, and is not changed; the oldest is forgotten.</summary>
public sealed class AuditStore(IDbContextFactory<PortalDbContext> contexts)
{
    /// <summary>A page in an order that stands: by moment, then as they were written. Newest first.</summary>
    /// <param name="before">Only what is older than that place; for the next page.</param>
    /// <param name="after">Only what is newer than that place, those next to it; for the page before. Not both.</param>
    /// <param name="size">At least 1.</param>
    public async Task<AuditPage> ListAsync(
        AuditFilter filter, AuditCursor? before, AuditCursor? after, int size, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var matching = Matching(context.AuditEntries.AsNoTracking(), filter);
        if (after is { } from)
        {
            var newer = await Newer(matching, from).OrderBy(one => one.At).ThenBy(one => one.Id)
                .Take(size + 1).ToListAsync(cancellationToken);
            return new([.. newer.Take(size).Reverse()], newer.Count > size, HasOlder: true);
        }

        var older = await (before is { } to ? Older(matching, to) : matching)
            .OrderByDescending(one => one.At).ThenByDescending(one => one.Id)
            .Take(size + 1).ToListAsync(cancellationToken);
        return new([.. older.Take(size)], HasNewer: before is not null, older.Count > size);
    }

    /// <summary>
    /// All that the filter finds, newest first, read page by page: however long the reader takes and however much it is, it
    /// holds up no writer and takes little memory.
    /// </summary>
    public async IAsyncEnumerable<AuditEntry> ReadAsync(
        AuditFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        const int PageSize = 1000;
        for (AuditPage? page = null; page is null or { HasOlder: true };)
        {
            var place = page?.Items is [.., var last] ? AuditCursor.Of(last) : (AuditCursor?)null;
            page = await ListAsync(filter, place, null, PageSize, cancellationToken);
            foreach (var entry in page.Items)
                yield return entry;
        }
    }

    /// <summary>
    /// What was written after that entry, in the order of writing, which is not that of the moments: refusals are written
    /// when their minute is over.
    /// </summary>
    /// <param name="id">0: from the first.</param>
    public async Task<IReadOnlyList<AuditEntry>> WrittenAfterAsync(long id, int size, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.AuditEntries.AsNoTracking().Where(one => one.Id > id).OrderBy(one => one.Id)
            .Take(size).ToListAsync(cancellationToken);
    }

    /// <summary>What was written last, in the order of writing.</summary>
    public async Task<IReadOnlyList<AuditEntry>> LastWrittenAsync(int size, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var newest = await context.AuditEntries.AsNoTracking().OrderByDescending(one => one.Id).Take(size).ToListAsync(cancellationToken);
        newest.Reverse();
        return newest;
    }

    /// <summary>How often each of the actions was done in each hour from that moment on; hours without any are left out.</summary>
    public async Task<IReadOnlyList<AuditCount>> CountAsync(
        IReadOnlyCollection<AuditAction> actions, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var counts = new List<AuditCount>();
        foreach (var action in actions)
        {
            // In SQL, as moments have no arithmetic in LINQ. One action at a time, along its index.
            var rows = await context.Database.SqlQuery<HourCount>(
                $"""
                SELECT (At - {from.UtcTicks}) / {TimeSpan.TicksPerHour} AS Hour, SUM(Count) AS Count
                FROM AuditEntries
                WHERE Action = {action.ToString()} AND At >= {from.UtcTicks} AND At < {until.UtcTicks}
                GROUP BY 1
                """).ToListAsync(cancellationToken);
            counts.AddRange(rows.Select(row => new AuditCount(action, row.Hour, row.Count)));
        }

        return counts;
    }

    /// <summary>Adds entries: all or none.</summary>
    public async Task AddAsync(IReadOnlyCollection<AuditEntry> entries, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        context.AuditEntries.AddRange(entries);
        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Forgets the oldest entries and decided requests from before that moment, some at a time, so that no writer waits long.</summary>
    /// <returns>True where there may be more.</returns>
    public async Task<bool> RemoveBeforeAsync(DateTimeOffset moment, int atMost, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var entries = await context.AuditEntries.Where(one => one.At < moment).OrderBy(one => one.At)
            .Take(atMost).ExecuteDeleteAsync(cancellationToken);
        var requests = await context.AccessRequests
            .Where(one => one.State != AccessRequestState.Open && one.DecidedAt < moment)
            .OrderBy(one => one.Id).Take(atMost).ExecuteDeleteAsync(cancellationToken);
        return entries == atMost || requests == atMost;
    }

    /// <summary>Forgets refusals but for the latest, which a scanner could otherwise pile up without bound; some at a time.</summary>
    /// <param name="keep">How many stay.</param>
    /// <returns>True where there may be more to forget.</returns>
    public async Task<bool> RemoveRefusalsAsync(int keep, int atMost, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var refusals = context.AuditEntries.Where(one => one.Action == AuditAction.AccessRefused);
        var excess = await refusals.CountAsync(cancellationToken) - keep;
        return excess > 0
            && await refusals.OrderBy(one => one.At).Take(Math.Min(excess, atMost)).ExecuteDeleteAsync(cancellationToken) == atMost;
    }

    // The first half alone finds the place in the index; the second leaves out the entry itself.
    private static IQueryable<AuditEntry> Older(IQueryable<AuditEntry> entries, AuditCursor place) =>
        entries.Where(one => one.At <= place.At && (one.At < place.At || one.Id < place.Id));

    private static IQueryable<AuditEntry> Newer(IQueryable<AuditEntry> entries, AuditCursor place) =>
        entries.Where(one => one.At >= place.At && (one.At > place.At || one.Id > place.Id));

    private static IQueryable<AuditEntry> Matching(IQueryable<AuditEntry> entries, AuditFilter filter)
    {
        if (filter.Action is { } action) entries = entries.Where(one => one.Action == action);
        if (filter.From is { } from) entries = entries.Where(one => one.At >= from);
        if (filter.Until is { } until) entries = entries.Where(one => one.At < until);
        if (IPAddress.TryParse(filter.Who, out var typed))
        {
            var address = NetworkNotation.Normalize(typed).ToString();
            entries = entries.Where(one => one.Address == address);
        }
        else if (filter.Who is not null)
        {
            var who = PartOf(filter.Who);
            entries = entries.Where(one => EF.Functions.Like(one.Actor, who, "\\"));
        }

        if (filter.Search is null) return entries;
        var part = PartOf(filter.Search);
        return entries.Where(one =>
            EF.Functions.Like(one.Actor, part, "\\") || EF.Functions.Like(one.Address, part, "\\")
            || EF.Functions.Like(one.Subject, part, "\\") || EF.Functions.Like(one.Detail, part, "\\")
            || EF.Functions.Like(one.Before, part, "\\") || EF.Functions.Like(one.After, part, "\\"));
    }

    private sealed record HourCount(int Hour, long Count);

    private static string PartOf(string text)
    {
        var literal = new StringBuilder(LabelText.Clean(text))
            .Replace("\\", "\\\\").Replace("%", "\\%").Replace("_", "\\_");
        return $"%{literal}%";
    }
}
