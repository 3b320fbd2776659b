using System.Net;
using Microsoft.EntityFrameworkCore;

namespace Portal.Data;

/// <summary>
/// The registry as the screens and the access table use it. Thread-safe. What can be wrong with a change is returned;
/// an exception means that the database cannot be reached, is not prepared, or was held by another writer for more
/// than five seconds.
/// </summary>
public sealed class RegisteredIpStore(IDbContextFactory<PortalDbContext> contexts, TimeProvider time)
{
    private readonly RegistryWriter _writer = new(contexts, time);
    private readonly RegistryReader _reader = new(contexts);

    /// <summary>
    /// Raised after a change by this store was committed. The change returns once its subscriber has: it is in force by then.
    /// </summary>
    public event Func<Task>? Changed
    {
        add => _writer.Changed += value;
        remove => _writer.Changed -= value;
    }

    /// <summary>One page. Texts are compared without regard to case, networks are sorted by number.</summary>
    public async Task<RegisteredIpPage> ListAsync(RegisteredIpQuery query, CancellationToken cancellationToken) =>
        (await _reader.CurrentAsync(cancellationToken)).List(query, time.GetUtcNow());

    /// <summary>How many rows are in that state now.</summary>
    public async Task<int> CountAsync(RegistrationState state, CancellationToken cancellationToken) =>
        (await _reader.CurrentAsync(cancellationToken)).Find(new(State: state), time.GetUtcNow()).Count();

    /// <summary>Every row, read anew, in the order of the networks; for the access table. They are shared: nobody changes them.</summary>
    public async Task<IReadOnlyList<RegisteredIp>> AllAsync(CancellationToken cancellationToken) =>
        (await _reader.AnewAsync(cancellationToken)).All;

    public async Task<RegisteredIp?> FindAsync(int id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.RegisteredIps.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, cancellationToken);
    }

    /// <summary>The row that decides about an address, active or not (<see cref="DecidingRow"/>); null: none.</summary>
    public async Task<RegisteredIp?> ResolveAsync(IPAddress address, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await RegistryGuard.ResolveAsync(context, address, cancellationToken);
    }

    public Task<RegistryChange> AddAsync(RegisteredIpDraft draft, Actor actor, CancellationToken cancellationToken) =>
        _writer.ChangeAsync(actor, change => change.AddAsync(draft), cancellationToken);

    /// <param name="id">The row to change.</param>
    /// <param name="version">The <see cref="RegisteredIp.Version"/> that the actor saw.</param>
    /// <param name="draft">All of the editable part: what it leaves out becomes empty.</param>
    public Task<RegistryChange> UpdateAsync(
        int id, Guid version, RegisteredIpDraft draft, Actor actor, CancellationToken cancellationToken) =>
        _writer.ChangeAsync(
            actor,
            change => change.WithRowAsync(id, version, row => change.UpdateAsync(row, draft)),
            cancellationToken);

    /// <summary>Changes nothing else, and so asks nothing of the rest of the row: an expired one can be disabled.</summary>
    public Task<RegistryChange> SetEnabledAsync(
        int id, Guid version, bool enabled, Actor actor, CancellationToken cancellationToken) =>
        _writer.ChangeAsync(
            actor,
            change => change.WithRowAsync(id, version, row => change.SetEnabled(row, enabled)),
            cancellationToken);

    /// <returns>The row as it was.</returns>
    public Task<RegistryChange> RemoveAsync(int id, Guid version, Actor actor, CancellationToken cancellationToken) =>
        _writer.ChangeAsync(actor, change => change.WithRowAsync(id, version, change.Remove), cancellationToken);

    /// <summary>What an import of these lines would add, change and refuse; nothing is kept.</summary>
    public Task<ImportPlan> TryImportAsync(IReadOnlyList<ImportLine> lines, Actor actor, CancellationToken cancellationToken) =>
        _writer.ImportAsync(lines, null, actor, cancellationToken);

    /// <summary>
    /// Imports the lines, all or none: none too where the registry has changed since the plan was made, so that something
    /// else would come of it; the answer is the new plan.
    /// </summary>
    /// <param name="fingerprint">That of the plan which the actor has seen.</param>
    public Task<ImportPlan> ImportAsync(
        IReadOnlyList<ImportLine> lines, string fingerprint, Actor actor, CancellationToken cancellationToken) =>
        _writer.ImportAsync(lines, fingerprint, actor, cancellationToken);

    /// <summary>Every row that the query finds, on whatever page, in the order of the networks.</summary>
    public async Task<IReadOnlyList<RegisteredIp>> ExportAsync(RegisteredIpQuery query, CancellationToken cancellationToken) =>
        [.. (await _reader.CurrentAsync(cancellationToken)).Find(query, time.GetUtcNow())];

    /// <summary>A request is decided as the registry is changed: in the same queue and under the same guard.</summary>
    internal Task<RegistryChange> DecideAsync(
        int id,
        Guid version,
        Func<RequestDecision, AccessRequest, Task<RegistryChange>> decide,
        Actor actor,
        CancellationToken cancellationToken) =>
        _writer.ChangeAsync(
            actor,
            change => change.Decision.WithRequestAsync(id, version, request => decide(change.Decision, request), cancellationToken),
            cancellationToken);

    /// <summary>
    /// Fills a registry that is empty and always was: one whose rows were all removed stays empty. All entries are
    /// written or, when one of them is to be mended, none.
    /// </summary>
    public Task<BootstrapOutcome> FillIfEmptyAsync(
        IReadOnlyList<RegisteredIpDraft> bootstrap, CancellationToken cancellationToken) =>
        _writer.FillIfEmptyAsync(bootstrap, cancellationToken);
}
