using System.Data;
using Microsoft.EntityFrameworkCore;

namespace Portal.Data;

/// <summary>
/// What the admins announce. Thread-safe; fails as <see cref="RegisteredIpStore"/> does. Each change is one transaction with
/// its entry in the record.
/// </summary>
public sealed class AnnouncementStore(IDbContextFactory<PortalDbContext> contexts, TimeProvider time)
{
    /// <summary>How many of those that are over are listed.</summary>
    private const int Past = 20;

    /// <summary>Raised after a change was committed; the change returns once its subscriber has.</summary>
    public event Func<Task>? Changed;

    /// <summary>Those that are shown now or later, the next to begin first.</summary>
    public async Task<IReadOnlyList<Announcement>> UpcomingAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Announcements.AsNoTracking().Where(one => one.Until == null || one.Until > now)
            .OrderBy(one => one.From).ThenBy(one => one.Id).ToListAsync(cancellationToken);
    }

    /// <summary>The last of those that are over, newest first.</summary>
    public async Task<IReadOnlyList<Announcement>> PastAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Announcements.AsNoTracking().Where(one => one.Until <= now)
            .OrderByDescending(one => one.Until).ThenBy(one => one.Id).Take(Past).ToListAsync(cancellationToken);
    }

    public async Task<Announcement?> FindAsync(int id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Announcements.AsNoTracking().FirstOrDefaultAsync(one => one.Id == id, cancellationToken);
    }

    public Task<AnnouncementChange> AddAsync(AnnouncementDraft draft, Actor actor, CancellationToken cancellationToken) =>
        WriteAsync(
            actor,
            (context, _) =>
            {
                var (canonical, errors) = AnnouncementCheck.Check(draft, null, time.GetUtcNow());
                if (errors.Count > 0) return new(null, errors);

                var row = new Announcement { English = "", Korean = "", From = default };
                context.Announcements.Add(row);
                Apply(row, canonical, actor);
                return new(row, []);
            },
            null,
            cancellationToken);

    /// <param name="version">The <see cref="Announcement.Version"/> that the actor saw.</param>
    public Task<AnnouncementChange> UpdateAsync(
        int id, Guid version, AnnouncementDraft draft, Actor actor, CancellationToken cancellationToken) =>
        WriteAsync(
            actor,
            (_, row) =>
            {
                if (row?.Version != version) return Refused(row);

                var (canonical, errors) = AnnouncementCheck.Check(draft, row, time.GetUtcNow());
                if (errors.Count > 0) return new(null, errors);

                Apply(row, canonical, actor);
                return new(row, []);
            },
            id,
            cancellationToken);

    /// <returns>The announcement as it was.</returns>
    public Task<AnnouncementChange> RemoveAsync(int id, Guid version, Actor actor, CancellationToken cancellationToken) =>
        WriteAsync(
            actor,
            (context, row) =>
            {
                if (row?.Version != version) return Refused(row);

                context.Announcements.Remove(row);
                return new(row, []);
            },
            id,
            cancellationToken);

    private static AnnouncementChange Refused(Announcement? row) => new(
        row, [new("", row is null ? AnnouncementErrorCode.NotFound : AnnouncementErrorCode.ChangedMeanwhile)]);

    private void Apply(Announcement row, AnnouncementDraft canonical, Actor actor)
    {
        row.English = canonical.English ?? "";
        row.Korean = canonical.Korean ?? "";
        row.Level = canonical.Level;
        row.From = canonical.From ?? time.GetUtcNow();
        row.Until = canonical.Until;
        row.UpdatedAt = time.GetUtcNow();
        row.UpdatedBy = actor.Name;
        row.Version = Guid.NewGuid();
    }

    private async Task<AnnouncementChange> WriteAsync(
        Actor actor, Func<PortalDbContext, Announcement?, AnnouncementChange> make, int? id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(IsolationLevel.Serializable, cancellationToken);
        var row = id is null ? null : await context.Announcements.FirstOrDefaultAsync(one => one.Id == id, cancellationToken);
        var before = row is null ? null : Snapshot(row);
        var change = make(context, row);
        if (change is not { Succeeded: true, Row: { } changed }) return change;

        var isRemoved = context.Entry(changed).State is EntityState.Deleted;
        var through = actor.RegistrationId is { } registration
            ? await context.RegisteredIps.Where(one => one.Id == registration).Select(one => one.Network).FirstOrDefaultAsync(cancellationToken)
            : null;
        await context.SaveChangesAsync(cancellationToken);
        context.AuditEntries.Add(new AuditEntry
        {
            At = time.GetUtcNow(),
            Action = isRemoved ? AuditAction.AnnouncementRemoved : id is null ? AuditAction.AnnouncementAdded : AuditAction.AnnouncementChanged,
            Actor = actor.Name,
            Address = actor.Address?.ToString() ?? "",
            Through = through ?? "",
            Subject = FormattableString.Invariant($"announcement {changed.Id}"),
            Before = before,
            After = isRemoved ? null : Snapshot(changed),
        });
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        if (Changed is { } told) await told();
        return change;
    }

    private static string Snapshot(Announcement row) =>
        AuditSnapshot.Of(new { row.English, row.Korean, row.Level, row.From, row.Until });
}
