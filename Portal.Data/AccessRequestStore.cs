using System.Data;
using System.Net;
using Microsoft.EntityFrameworkCore;

namespace Portal.Data;

/// <summary>Requests for access: strangers ask, admins decide. Thread-safe; fails as <see cref="RegisteredIpStore"/> does.</summary>
public sealed class AccessRequestStore(
    IDbContextFactory<PortalDbContext> contexts, RegisteredIpStore registry, TimeProvider time)
{
    /// <summary>Takes a request, with its entry in the record.</summary>
    /// <returns>Why it was not taken; empty where it was.</returns>
    public async Task<IReadOnlyList<AskRefusal>> AskAsync(
        IPAddress client, string? name, string? reason, CancellationToken cancellationToken)
    {
        var address = NetworkNotation.Normalize(client).ToString();
        var (cleanName, cleanReason) = AskCheck.Clean(name, reason);
        var refusals = AskCheck.Texts(cleanName, cleanReason);
        if (refusals.Count > 0) return refusals;

        var now = time.GetUtcNow();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);

        // First as a reader: who is refused holds up nobody who writes.
        if (await AskCheck.RoomAsync(context, address, now, cancellationToken) is { } refused) return [refused];

        await using var transaction = await context.Database.BeginTransactionAsync(IsolationLevel.Serializable, cancellationToken);
        if (await AskCheck.RoomAsync(context, address, now, cancellationToken) is { } refusedNow) return [refusedNow];

        context.AccessRequests.Add(new AccessRequest
        {
            Client = address,
            Name = cleanName,
            Reason = cleanReason,
            AskedAt = now,
            Version = Guid.NewGuid(),
        });
        context.AuditEntries.Add(new AuditEntry
        {
            At = now,
            Action = AuditAction.AccessRequested,
            Actor = address,
            Address = address,
            Subject = address,
            Detail = $"{cleanName}: {cleanReason}",
        });
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return [];
    }

    /// <summary>What that address asked for last; null where it never did.</summary>
    public async Task<AccessRequest?> LatestAsync(IPAddress client, CancellationToken cancellationToken)
    {
        var address = NetworkNotation.Normalize(client).ToString();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.AccessRequests.AsNoTracking().Where(one => one.Client == address)
            .OrderByDescending(one => one.Id).FirstOrDefaultAsync(cancellationToken);
    }

    public async Task<AccessRequest?> FindAsync(int id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.AccessRequests.AsNoTracking().FirstOrDefaultAsync(one => one.Id == id, cancellationToken);
    }

    public async Task<int> CountOpenAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.AccessRequests.CountAsync(one => one.State == AccessRequestState.Open, cancellationToken);
    }

    /// <summary>Those that wait for a decision, who has waited longest first.</summary>
    public async Task<IReadOnlyList<AccessRequest>> OpenAsync(int atMost, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.AccessRequests.AsNoTracking().Where(one => one.State == AccessRequestState.Open)
            .OrderBy(one => one.AskedAt).ThenBy(one => one.Id).Take(atMost).ToListAsync(cancellationToken);
    }

    /// <summary>Registers the address that asked, by the same checks as any registration, and closes the request.</summary>
    /// <param name="version">The <see cref="AccessRequest.Version"/> that the actor saw.</param>
    /// <param name="draft">Its network is not asked for: it is the address of the request.</param>
    public Task<RegistryChange> ApproveAsync(
        int id, Guid version, RegisteredIpDraft draft, Actor actor, CancellationToken cancellationToken) =>
        registry.DecideAsync(
            id, version, (decision, request) => decision.ApproveAsync(request, draft, cancellationToken), actor, cancellationToken);

    /// <param name="word">What the visitor is told; may be empty.</param>
    public Task<RegistryChange> DeclineAsync(
        int id, Guid version, string? word, Actor actor, CancellationToken cancellationToken) =>
        registry.DecideAsync(id, version, (decision, request) => decision.Decline(request, word), actor, cancellationToken);
}
