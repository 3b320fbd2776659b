using System.Globalization;
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

    /// <summary>Every day, client and app from the first day to the last, both included, in that order.</summary>
    public async Task<IReadOnlyList<AppUsage>> ListAsync(DateOnly first, DateOnly last, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.AppUsages.AsNoTracking().Where(one => one.Day >= first && one.Day <= last)
            .OrderBy(one => one.Day).ThenBy(one => one.Client).ThenBy(one => one.App).ToListAsync(cancellationToken);
    }

    /// <summary>The sums from the first day to the last, both included: of each app, of the clients that were active longest, of each day.</summary>
    /// <param name="mostClients">How many clients at most.</param>
    public async Task<UsageReport> SumAsync(DateOnly first, DateOnly last, int mostClients, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = context.AppUsages.Where(one => one.Day >= first && one.Day <= last);
        var apps = await rows.GroupBy(one => one.App).OrderByDescending(group => group.Sum(one => one.ActiveSeconds)).ThenBy(group => group.Key)
            .Select(group => new UsageSum(
                group.Key, group.Sum(one => (long)one.Launches), group.Sum(one => one.ActiveSeconds), group.Max(one => one.PeakMemory),
                group.Select(one => one.Client).Distinct().Count()))
            .ToListAsync(cancellationToken);
        var clients = await rows.GroupBy(one => one.Client).OrderByDescending(group => group.Sum(one => one.ActiveSeconds)).ThenBy(group => group.Key)
            .Select(group => new UsageSum(
                group.Key, group.Sum(one => (long)one.Launches), group.Sum(one => one.ActiveSeconds), group.Max(one => one.PeakMemory), 1))
            .Take(mostClients).ToListAsync(cancellationToken);
        var days = await rows.GroupBy(one => one.Day).OrderByDescending(group => group.Key)
            .Select(group => new
            {
                group.Key,
                Launches = group.Sum(one => (long)one.Launches),
                ActiveSeconds = group.Sum(one => one.ActiveSeconds),
                PeakMemory = group.Max(one => one.PeakMemory),
                Clients = group.Select(one => one.Client).Distinct().Count(),
            })
            .ToListAsync(cancellationToken);
        return new(
            apps,
            clients,
            await rows.Select(one => one.Client).Distinct().CountAsync(cancellationToken),
            [.. days.Select(day => new UsageSum(day.Key.ToString("O", CultureInfo.InvariantCulture), day.Launches, day.ActiveSeconds, day.PeakMemory, day.Clients))]);
    }

    /// <summary>Forgets the days before that one.</summary>
    public async Task RemoveBeforeAsync(DateOnly day, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.AppUsages.Where(one => one.Day < day).ExecuteDeleteAsync(cancellationToken);
    }
}
