using Microsoft.EntityFrameworkCore;

namespace Portal.Data;

/// <summary>What an admin decides about a request, inside the transaction of a <see cref="RowChange"/>; nothing is saved here.</summary>
internal sealed class RequestDecision(PortalDbContext context, RowChange change, Actor actor, DateTimeOffset now)
{
    /// <summary>
    /// Registers the address that asked. Where it is registered already, but as a row that admits nobody any more, that
    /// row becomes what the draft says.
    /// </summary>
    public async Task<RegistryChange> ApproveAsync(
        AccessRequest request, RegisteredIpDraft draft, CancellationToken cancellationToken)
    {
        var mine = draft with { Network = request.Client };
        var row = await context.RegisteredIps.FirstOrDefaultAsync(r => r.Network == request.Client, cancellationToken);
        var registered = row is null || row.IsActive(now)
            ? await change.AddAsync(mine)
            : await change.UpdateAsync(row, mine with { Notes = row.Notes });
        if (registered.Succeeded) Close(request, AccessRequestState.Approved, "");
        return registered;
    }

    public Task<RegistryChange> Decline(AccessRequest request, string? word)
    {
        var clean = LabelText.Clean(word?.ReplaceLineEndings(" "));
        var errors = new List<RegistryError>();
        if (clean.Length > AccessRequest.MaxWord) errors.Add(new(nameof(request.Word), RegistryErrorCode.WordTooLong));
        if (!LabelText.IsPlain(clean)) errors.Add(new(nameof(request.Word), RegistryErrorCode.WordInvalid));
        if (errors.Count is 0) Close(request, AccessRequestState.Declined, clean);
        return Task.FromResult(new RegistryChange(null, errors));
    }

    /// <summary>Finds the request as the actor saw it, or answers that it is gone or decided.</summary>
    public async Task<RegistryChange> WithRequestAsync(
        int id, Guid version, Func<AccessRequest, Task<RegistryChange>> decide, CancellationToken cancellationToken)
    {
        var request = await context.AccessRequests.FirstOrDefaultAsync(one => one.Id == id, cancellationToken);
        if (request is null) return new(null, [new("", RegistryErrorCode.NotFound)]);
        return request.State is AccessRequestState.Open && request.Version == version
            ? await decide(request)
            : new(null, [new("", RegistryErrorCode.RequestDecided, request.DecidedBy)]);
    }

    private void Close(AccessRequest request, AccessRequestState state, string word)
    {
        request.State = state;
        request.Word = word;
        request.DecidedAt = now;
        request.DecidedBy = actor.Name;
        request.Version = Guid.NewGuid();
        change.Record(
            state is AccessRequestState.Approved ? AuditAction.RequestApproved : AuditAction.RequestDeclined,
            request.Client,
            detail: word.Length > 0 ? $"{request.Name}: {word}" : request.Name);
    }
}
