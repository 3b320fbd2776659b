using Microsoft.EntityFrameworkCore;

namespace Portal.Data;

/// <summary>The changes that can be made to a row, inside one transaction of one actor; nothing is saved here.</summary>
internal sealed class RowChange(
    PortalDbContext context, Actor actor, DateTimeOffset now, CancellationToken cancellationToken)
{
    public async Task<RegistryChange> AddAsync(RegisteredIpDraft draft)
    {
        var (canonical, errors) = await DraftCheck.CheckAsync(context, draft, null, now, cancellationToken);
        return errors.Count > 0 ? new(null, errors) : Add(canonical);
    }

    /// <summary>A row as the draft says, which was checked before.</summary>
    public RegistryChange Add(RegisteredIpDraft canonical)
    {
        var row = new RegisteredIp
        {
            Network = canonical.Network ?? "",
            Role = canonical.Role,
            CreatedAt = now,
            CreatedBy = actor.Name,
        };
        context.RegisteredIps.Add(row);
        return Apply(row, canonical);
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
        return errors.Count > 0 ? new(null, errors) : Apply(row, canonical);
    }

    public Task<RegistryChange> SetEnabled(RegisteredIp row, bool enabled)
    {
        row.Enabled = enabled;
        return Task.FromResult(Stamp(row));
    }

    public Task<RegistryChange> Remove(RegisteredIp row)
    {
        context.RegisteredIps.Remove(row);
        return Task.FromResult(new RegistryChange(row, []));
    }

    /// <summary>Makes the row what the draft says, which was checked before.</summary>
    public RegistryChange Apply(RegisteredIp row, RegisteredIpDraft canonical)
    {
        row.Network = canonical.Network ?? "";
        row.Role = canonical.Role;
        row.Port = canonical.Port;
        row.Label = canonical.Label ?? "";
        row.Notes = canonical.Notes ?? "";
        row.Enabled = canonical.Enabled;
        row.ExpiresAt = canonical.ExpiresAt;
        return Stamp(row);
    }

    private RegistryChange Stamp(RegisteredIp row)
    {
        row.UpdatedAt = now;
        row.UpdatedBy = actor.Name;
        row.Version = Guid.NewGuid();
        return new(row, []);
    }
}
