using System.Net;
using Microsoft.EntityFrameworkCore;

namespace Portal.Data;

/// <summary>
/// Keeps an admin from shutting themselves out, and the registry from being left without an admin. It looks at the
/// registry before and after a change inside the change's own transaction, so that every way to the same end is caught:
/// removing, disabling, demoting, expiring, moving away, or a more specific row for the same address.
/// </summary>
internal sealed class RegistryGuard
{
    private readonly Actor _actor;
    private readonly DateTimeOffset _now;
    private readonly RegisteredIp? _own;
    private readonly int? _ownId;
    private readonly bool _hadAdmin;

    private RegistryGuard(Actor actor, DateTimeOffset now, RegisteredIp? own, bool hadAdmin)
    {
        _actor = actor;
        _now = now;
        _own = own;
        _ownId = actor.RegistrationId ?? own?.Id;
        _hadAdmin = hadAdmin;
    }

    /// <summary>The network of the row that the actor comes through, before the change; empty where there is none.</summary>
    public string Through => _own?.Network ?? "";

    public static async Task<RegistryGuard> BeforeAsync(
        PortalDbContext context, Actor actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var own = actor switch
        {
            { RegistrationId: { } id } => await FindAsync(context, id, cancellationToken),
            { Address: { } address } => await ResolveAsync(context, address, cancellationToken),
            _ => null,
        };
        return new(actor, now, own, await HasAdminAsync(context, now, cancellationToken));
    }

    /// <summary>What the change, saved but not yet committed, would break.</summary>
    public async Task<List<RegistryError>> AfterAsync(PortalDbContext context, CancellationToken cancellationToken) => Judge(
        _ownId is { } id ? await FindAsync(context, id, cancellationToken) : null,
        _actor.Address is { } address ? await ResolveAsync(context, address, cancellationToken) : null,
        await HasAdminAsync(context, _now, cancellationToken));

    /// <summary>What a change would break that leaves the registry with these rows.</summary>
    public List<RegistryError> After(IReadOnlyCollection<RegisteredIp> rows)
    {
        var holders = _actor.Address is { } own ? NetworkNotation.CandidatesFor(own).ToHashSet(StringComparer.Ordinal) : [];
        return Judge(
            _ownId is { } id ? rows.FirstOrDefault(row => row.Id == id) : null,
            _actor.Address is { } address ? DecidingRow.For(address, rows.Where(row => holders.Contains(row.Network))) : null,
            rows.Any(IsActiveAdmin));
    }

    /// <summary>The row that decides about the address, found among the networks that can hold it.</summary>
    public static async Task<RegisteredIp?> ResolveAsync(
        PortalDbContext context, IPAddress address, CancellationToken cancellationToken)
    {
        var candidates = NetworkNotation.CandidatesFor(address).ToList();
        var rows = await context.RegisteredIps.AsNoTracking()
            .Where(r => candidates.Contains(r.Network)).ToListAsync(cancellationToken);
        return DecidingRow.For(address, rows);
    }

    /// <param name="own">The actor's row as it is after the change.</param>
    /// <param name="deciding">The row that decides about the actor's address after it.</param>
    private List<RegistryError> Judge(RegisteredIp? own, RegisteredIp? deciding, bool hasAdmin)
    {
        var errors = new List<RegistryError>();
        if ((_ownId is not null && (!IsActiveAdmin(own) || IsMovedAway(own))) || (_actor.Address is not null && !IsActiveAdmin(deciding)))
            errors.Add(new("", RegistryErrorCode.OwnRegistration));

        // A registry that had none before is no worse for it, and must be mendable.
        if (_hadAdmin && !hasAdmin)
            errors.Add(new("", RegistryErrorCode.LastAdmin));
        return errors;
    }

    /// <summary>Without an address to go by, the row must at least hold all that it held.</summary>
    private bool IsMovedAway(RegisteredIp? now)
    {
        if (now is null || !NetworkNotation.TryParse(now.Network, out var after)) return true;
        if (_actor.Address is { } address) return !after.Contains(NetworkNotation.Normalize(address));
        return _own is not null && NetworkNotation.TryParse(_own.Network, out var before)
            && !(after.PrefixLength <= before.PrefixLength && after.Contains(before.BaseAddress));
    }

    private bool IsActiveAdmin(RegisteredIp? row) => row is { Role: Role.Admin } && row.IsActive(_now);

    private static Task<RegisteredIp?> FindAsync(PortalDbContext context, int id, CancellationToken cancellationToken) =>
        context.RegisteredIps.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, cancellationToken);

    private static Task<bool> HasAdminAsync(
        PortalDbContext context, DateTimeOffset now, CancellationToken cancellationToken) =>
        context.RegisteredIps.AnyAsync(
            r => r.Role == Role.Admin && r.Enabled && (r.ExpiresAt == null || r.ExpiresAt > now), cancellationToken);
}
