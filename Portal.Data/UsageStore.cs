using System.Net;
using Microsoft.EntityFrameworkCore;

namespace Portal.Data;

/// <summary>What was used by whom, day by day. Nothing that people wait for depends on it.</summary>
public sealed class UsageStore(IDbContextFactory<PortalDbContext> contexts)
{
    /// <summary>Adds to what is known of each day: launches and seconds are summed, of the memory the most is kept. All or nothing.</summary>
    public async Task AddAsync(IReadOnlyCollection<AppUsage> more, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        foreach (var one in more)
        {
            await context.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO AppUsages (Day, Client, App, Launches, ActiveSeconds, PeakMemory)
                VALUES ({one.Day}, {one.Client}, {one.App}, {one.Launches}, {one.ActiveSeconds}, {one.PeakMemory})
                ON CONFLICT (Day, Client, App) DO UPDATE SET
                    Launches = Launches + excluded.Launches,
                    ActiveSeconds = ActiveSeconds + excluded.ActiveSeconds,
                    PeakMemory = max(PeakMemory, excluded.PeakMemory)
                """,
                cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>The apps that the client has worked in since that day, the longest used first.</summary>
    public async Task<IReadOnlyList<string>> MostUsedAsync(IPAddress client, DateOnly since, CancellationToken cancellationToken)
    {
        var address = client.ToString();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.AppUsages
            .Where(one => one.Client == address && one.Day >= since && one.ActiveSeconds > 0)
            .GroupBy(one => one.App)
            .OrderByDescending(app => app.Sum(one => one.ActiveSeconds)).ThenBy(app => app.Key)
            .Select(app => app.Key)
            .ToListAsync(cancellationToken);
    }

    /// <summary>Forgets the days before that one.</summary>
    public async Task RemoveBeforeAsync(DateOnly day, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.AppUsages.Where(one => one.Day < day).ExecuteDeleteAsync(cancellationToken);
    }
}
