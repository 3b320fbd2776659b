using System.Data;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Portal.Data;

/// <summary>
/// Writes to the registry, each time in this order: 1. wait for the writers of this process, 2. <c>BEGIN IMMEDIATE</c>,
/// which waits for those of others, so that everything read from here on stays true, 3. check, change and put it on record, 4. save and
/// let the guard look at the result, 5. commit, 6. say so.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore has a handle to dispose of only if asked for it.")]
internal sealed class RegistryWriter(IDbContextFactory<PortalDbContext> contexts, TimeProvider time)
{
    private const int SqliteConstraintUnique = 2067;

    // Where somebody holds the database, each of those in front waits for seconds in vain.
    private static readonly TimeSpan LongestQueue = TimeSpan.FromSeconds(30);

    private static readonly Actor Bootstrap = new("bootstrap");

    // SQLite's own waiting holds a thread and is not fair; within the process people queue up here.
    private readonly SemaphoreSlim _oneAtATime = new(1);

    public event Func<Task>? Changed;

    public Task<RegistryChange> ChangeAsync(
        Actor actor, Func<RowChange, Task<RegistryChange>> make, CancellationToken cancellationToken) =>
        WriteAsync(
            async context =>
            {
                var now = time.GetUtcNow();
                var guard = await RegistryGuard.BeforeAsync(context, actor, now, cancellationToken);
                var change = await make(new RowChange(context, actor, guard.Through, now, cancellationToken));
                if (!change.Succeeded) return (change, false);

                if (await SaveAsync(context, cancellationToken) is { } taken) return (new(null, [taken]), false);

                var errors = await guard.AfterAsync(context, cancellationToken);
                return errors.Count == 0 ? (change, true) : (new(null, errors), false);
            },
            cancellationToken);

    /// <summary>Plans what the lines ask for, and makes it only where that is what was accepted; the guard looks at either.</summary>
    public Task<ImportPlan> ImportAsync(
        IReadOnlyList<ImportLine> lines, string? accepted, Actor actor, CancellationToken cancellationToken) =>
        WriteAsync(
            async context =>
            {
                var now = time.GetUtcNow();
                var guard = await RegistryGuard.BeforeAsync(context, actor, now, cancellationToken);
                var change = new RowChange(context, actor, guard.Through, now, cancellationToken);
                var import = new RegistryImport(context, change);
                var plan = await import.PlanAsync(lines, cancellationToken);
                if (!plan.CanCommit) return (plan, false);
                if (!plan.Fingerprint.Equals(accepted, StringComparison.Ordinal))
                    return (plan with { Errors = guard.After(import.After(plan)) }, false);

                await import.SaveAsync(plan, cancellationToken);
                plan = plan with { Errors = await guard.AfterAsync(context, cancellationToken) };
                return plan.CanCommit ? (plan with { Committed = true }, true) : (plan, false);
            },
            cancellationToken);

    public async Task<BootstrapOutcome> FillIfEmptyAsync(
        IReadOnlyList<RegisteredIpDraft> bootstrap, CancellationToken cancellationToken)
    {
        // First as a reader: a portal can start while somebody else writes.
        await using (var context = await contexts.CreateDbContextAsync(cancellationToken))
        {
            if (bootstrap.Count == 0 || await EverHadRowsAsync(context, cancellationToken)) return new(0, []);
        }

        return await WriteAsync(
            async context =>
            {
                if (await EverHadRowsAsync(context, cancellationToken))
                    return (new(0, []), false);

                var errors = new List<BootstrapError>();
                var change = new RowChange(context, Bootstrap, "", time.GetUtcNow(), cancellationToken);
                for (var i = 0; i < bootstrap.Count; i++)
                {
                    var added = await change.AddAsync(bootstrap[i]);
                    if (added.Succeeded) await context.SaveChangesAsync(cancellationToken);
                    else errors.Add(new(i, added.Errors));
                }

                return (new BootstrapOutcome(errors.Count == 0 ? bootstrap.Count : 0, errors), errors.Count == 0);
            },
            cancellationToken);
    }

    /// <summary>AUTOINCREMENT leaves the highest id ever given in sqlite_sequence, also when the rows are gone.</summary>
    private static async Task<bool> EverHadRowsAsync(PortalDbContext context, CancellationToken cancellationToken) =>
        await context.RegisteredIps.AnyAsync(cancellationToken)
        || await context.Database
            .SqlQuery<long>($"SELECT COALESCE(MAX(seq), 0) AS Value FROM sqlite_sequence WHERE name = 'RegisteredIps'")
            .SingleAsync(cancellationToken) > 0;

    private async Task<T> WriteAsync<T>(
        Func<PortalDbContext, Task<(T Outcome, bool Commit)>> write, CancellationToken cancellationToken)
    {
        var (outcome, committed) = await QueuedAsync(write, cancellationToken);
        if (committed && Changed is { } changed) await changed();
        return outcome;
    }

    private async Task<(T Outcome, bool Committed)> QueuedAsync<T>(
        Func<PortalDbContext, Task<(T Outcome, bool Commit)>> write, CancellationToken cancellationToken)
    {
        if (!await _oneAtATime.WaitAsync(LongestQueue, cancellationToken))
            throw new SqliteException("Others write for too long.", DatabaseFault.Busy);
        try
        {
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            await using var transaction = await context.Database.BeginTransactionAsync(
                IsolationLevel.Serializable, cancellationToken);
            var result = await write(context);

            // From here there is no way back: who cancels too late still gets the outcome, and the others hear of it.
            if (result.Commit) await transaction.CommitAsync(CancellationToken.None);
            return result;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private static async Task<RegistryError?> SaveAsync(PortalDbContext context, CancellationToken cancellationToken)
    {
        try
        {
            await context.SaveChangesAsync(cancellationToken);
            return null;
        }
        catch (DbUpdateException e)
            when (e.InnerException is SqliteException { SqliteExtendedErrorCode: SqliteConstraintUnique })
        {
            return DraftCheck.FromConstraint(e.InnerException.Message);
        }
    }
}
