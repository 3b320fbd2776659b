using System.Net;
using Microsoft.EntityFrameworkCore;
using Portal.Data;
using Xunit;

namespace Portal.Tests.Data;

public sealed class UsageStoreTests : IDisposable
{
    private static readonly DateOnly Monday = new(2026, 3, 2);

    private readonly TemporaryDatabase _database = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _database.Dispose();

    [Fact]
    public async Task A_day_is_summed_its_peak_kept_and_old_days_can_be_forgotten()
    {
        await _database.PrepareAsync();
        var store = new UsageStore(_database);

        await store.AddAsync([Use("a", Monday, 1, 60, 100), Use("a", Monday, 0, 30, 300), Use("a", Monday.AddDays(-1), 7, 7, 7)], Cancelled);
        await store.AddAsync([Use("a", Monday, 2, 0, 200)], Cancelled);
        await store.RemoveBeforeAsync(Monday, Cancelled);

        await using var context = _database.CreateDbContext();
        var day = await context.AppUsages.SingleAsync(Cancelled);
        Assert.Equal((Monday, 3, 90L, 300L), (day.Day, day.Launches, day.ActiveSeconds, day.PeakMemory));
    }

    [Fact]
    public async Task Some_days_are_summed_by_app_by_client_and_by_day()
    {
        await _database.PrepareAsync();
        var store = new UsageStore(_database);
        await store.AddAsync(
            [Use("a", Monday, 1, 60, 100), Use("b", Monday, 2, 600, 50), Use("a", Monday.AddDays(1), 3, 30, 300), Use("a", Monday.AddDays(2), 9, 9, 999)], Cancelled);

        var report = await store.SumAsync(Monday, Monday.AddDays(1), 1, Cancelled);

        Assert.Equal([new UsageSum("b", 2, 600, 50, 1), new UsageSum("a", 4, 90, 300, 1)], report.Apps);
        Assert.Equal((6, 690, 300), (report.Clients.Single().Launches, report.Clients.Single().ActiveSeconds, report.Clients.Single().PeakMemory));
        Assert.Equal(1, report.ClientCount);
        Assert.Equal([new UsageSum("2026-03-03", 3, 30, 300, 1), new UsageSum("2026-03-02", 3, 660, 100, 1)], report.Days);
        Assert.Equal(3, (await store.ListAsync(Monday, Monday.AddDays(1), Cancelled)).Count);
    }

    [Fact]
    public async Task The_most_used_app_is_the_one_that_the_client_worked_in_longest()
    {
        await _database.PrepareAsync();
        var store = new UsageStore(_database);

        await store.AddAsync(
            [
                Use("before", Monday.AddDays(-31), 9, 9000, 0), Use("short", Monday, 9, 60, 0), Use("merely-open", Monday, 9, 0, 0),
                Use("long", Monday, 1, 50, 0), Use("long", Monday.AddDays(-1), 1, 50, 0), Use("others", Monday, 1, 9000, 0, "10.0.0.2"),
            ],
            Cancelled);

        Assert.Equal(["long", "short"], await store.MostUsedAsync(IPAddress.Parse("10.0.0.1"), Monday.AddDays(-30), Cancelled), StringComparer.Ordinal);
    }

    private static AppUsage Use(string app, DateOnly day, int launches, long seconds, long peak, string client = "10.0.0.1") => new()
    {
        App = app,
        Day = day,
        Client = client,
        Launches = launches,
        ActiveSeconds = seconds,
        PeakMemory = peak,
    };
}
