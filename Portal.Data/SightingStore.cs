using Microsoft.EntityFrameworkCore;

namespace Portal.Data;

/// <summary>Who came through each registration last. Nothing that people wait for depends on it.</summary>
public sealed class SightingStore(IDbContextFactory<PortalDbContext> contexts)
{
    /// <summary>Notes them, where they are newer than what is known. All or nothing; a registration that is gone is passed over.</summary>
    public async Task WriteAsync(IReadOnlyCollection<Sighting> sightings, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        foreach (var one in sightings)
        {
            await context.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO Sightings (RegistrationId, Client, At)
                SELECT Id, {one.Client}, {one.At.UtcTicks} FROM RegisteredIps WHERE Id = {one.RegistrationId}
                ON CONFLICT (RegistrationId) DO UPDATE SET Client = excluded.Client, At = excluded.At WHERE excluded.At > At
                """,
                cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Those of these registrations that anybody came through.</summary>
    public async Task<IReadOnlyList<Sighting>> FindAsync(IReadOnlyCollection<int> registrations, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Sightings.AsNoTracking()
            .Where(one => registrations.Contains(one.RegistrationId)).ToListAsync(cancellationToken);
    }
}
