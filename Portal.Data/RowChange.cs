using Microsoft.EntityFrameworkCore;

namespace Portal.Data;

/// <summary>
/// The changes that can be made to a row, inside one transaction of one actor, each with its entry in the record; nothing
/// is saved here.
/// </summary>
/// <param name="through">The network of the registration that the actor comes through; empty where none.</param>
internal sealed class RowChange(
    PortalDbContext context, Actor actor, string through, DateTimeOffset now, CancellationToken cancellationToken)
{
    /// <summary>What is decided about a request in the same transaction.</summary>
    public RequestDecision Decision => new(context, this, actor, now);

    public async Task<RegistryChange> AddAsync(RegisteredIpDraft draft)
    {
        var (canonical, errors) = await DraftCheck.CheckAsync(context, draft, null, now, cancellationToken);
        return errors.Count > 0 ? new(null, errors) : Add(canonical);
    }

    /// <summary>A row as the draft says, which was checked before.</summary>
    public RegistryChange Add(RegisteredIpDraft canonical)
    {
        var (row, entry) = New(canonical);
        context.RegisteredIps.Add(row);
        context.AuditEntries.Add(entry);
        return new(row, []);
    }

    /// <summary>The same, with its entry in the record; both are the caller's to add.</summary>
    public (RegisteredIp Row, AuditEntry Entry) New(RegisteredIpDraft canonical)
    {
        var row = new RegisteredIp
        {
            Network = canonical.Network ?? "",
            Role = canonical.Role,
            CreatedAt = now,
            CreatedBy = actor.Name,
        };
        Set(row, canonical);
        return (row, Entry(AuditAction.RegistrationAdded, row.Network, null, RegistrySnapshot.Of(row)));
    }

    /// <summary>Finds the row as the actor saw it, or answers that it is gone or another.</summary>
    public async Task<RegistryChange> WithRowAsync(int id, Guid version, Func<RegisteredIp, Task<RegistryChange>> change)
    {
        var row = await context.RegisteredIps.FirstOrDefaultAsync(r => r.Id == id, cancellationToken);
        if (row is null) return new(null, [new("", RegistryErrorCode.NotFound)]);
        return row.Version == version
            ? await change(row)
            : new(row, [new("", RegistryErrorCode.ChangedMeanwhile, row.UpdatedBy)]);
    }

    public async Task<RegistryChange> UpdateAsync(RegisteredIp row, RegisteredIpDraft draft)
    {
        var (canonical, errors) = await DraftCheck.CheckAsync(context, draft, row, now, cancellationToken);
        return errors.Count > 0 ? new(null, errors) : Change(row, () => Set(row, canonical));
    }

    public Task<RegistryChange> SetEnabled(RegisteredIp row, bool enabled) =>
        Task.FromResult(Change(row, () =>
        {
            row.Enabled = enabled;
            Stamp(row);
        }));

    public Task<RegistryChange> Remove(RegisteredIp row)
    {
        context.RegisteredIps.Remove(row);
        Record(AuditAction.RegistrationRemoved, row.Network, RegistrySnapshot.Of(row), null);
        return Task.FromResult(new RegistryChange(row, []));
    }

    public void Record(AuditAction action, string subject, string? before = null, string? after = null, string detail = "") =>
        context.AuditEntries.Add(Entry(action, subject, before, after, detail));

    /// <summary>Makes the row what the draft says, which was checked before.</summary>
    /// <returns>The entry in the record, the caller's to add.</returns>
    public AuditEntry Apply(RegisteredIp row, RegisteredIpDraft canonical)
    {
        var (network, before) = (row.Network, RegistrySnapshot.Of(row));
        Set(row, canonical);
        return Entry(AuditAction.RegistrationChanged, network, before, RegistrySnapshot.Of(row));
    }

    private AuditEntry Entry(AuditAction action, string subject, string? before, string? after, string detail = "") => new()
    {
        At = now,
        Action = action,
        Actor = actor.Name,
        Address = actor.Address?.ToString() ?? "",
        Through = through,
        Subject = subject,
        Before = before,
        After = after,
        Detail = detail,
    };

    private RegistryChange Change(RegisteredIp row, Action change)
    {
        var (network, before) = (row.Network, RegistrySnapshot.Of(row));
        change();
        Record(AuditAction.RegistrationChanged, network, before, RegistrySnapshot.Of(row));
        return new(row, []);
    }

    private void Set(RegisteredIp row, RegisteredIpDraft canonical)
    {
        row.Network = canonical.Network ?? "";
        row.Role = canonical.Role;
        row.Port = canonical.Port;
        row.Label = canonical.Label ?? "";
        row.Notes = canonical.Notes ?? "";
        row.Enabled = canonical.Enabled;
        row.ExpiresAt = canonical.ExpiresAt?.ToUniversalTime();
        Stamp(row);
    }

    private void Stamp(RegisteredIp row)
    {
        row.UpdatedAt = now;
        row.UpdatedBy = actor.Name;
        row.Version = Guid.NewGuid();
    }
}
