using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Portal.Data;
using Portal.Tests.Data;
using Portal.Tests.Doubles;
using Portal.Web.Launch;
using Xunit;

namespace Portal.Tests.Launch;

public sealed class UsageRecorderTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Launches_and_the_time_that_a_person_did_something_are_summed_by_day_and_survive_a_database_that_is_away()
    {
        using var database = new TemporaryDatabase();
        await database.PrepareAsync();
        await using var test = await SupervisorUnderTest.StartAsync();
        var used = await test.ReadyAsync(new StubApp("used"));
        var open = await test.ReadyAsync(new StubApp("open"));

        // 1. A minute in which a person works in one of them, and the database is held by somebody else.
        using (var recorder = Recorder(test, database))
        using (var holder = database.OpenRaw())
        {
            TemporaryDatabase.Execute(holder, "BEGIN IMMEDIATE");
            test.Time.Shift(TimeSpan.FromMinutes(1));
            used.Usage.Act();
            open.Usage.Enter(InstanceUse.Request); // a page that is loaded, a picture, a file: nobody works by that
            open.Usage.Leave(InstanceUse.Request);
            await recorder.StartAsync(Cancelled);
            await recorder.StopAsync(Cancelled);
            TemporaryDatabase.Execute(holder, "ROLLBACK");
            Assert.Empty(await UsageAsync(database));

            // 2. The same recorder writes it once it can, and what came in between.
            test.Time.Shift(TimeSpan.FromMinutes(2));
            used.Usage.Act();
            await recorder.StopAsync(Cancelled);
        }

        var usage = await UsageAsync(database);
        Assert.Equal(["open", "used"], usage.Select(one => one.App), StringComparer.Ordinal);
        Assert.All(usage, one => Assert.Equal((SupervisorUnderTest.Client, 1), (one.Client, one.Launches)));
        Assert.Equal(0, usage[0].ActiveSeconds);
        Assert.InRange(usage[1].ActiveSeconds, 180, 210);
        Assert.All(usage, one => Assert.Equal(DateOnly.FromDateTime(test.Time.GetLocalNow().DateTime), one.Day));
    }

    private static UsageRecorder Recorder(SupervisorUnderTest test, TemporaryDatabase database) => new(
        test.Supervisor, new UsageStore(database), Options.Create(new LaunchOptions()),
        new LaunchEvents(NullLogger<LaunchEvents>.Instance), test.Time);

    private static async Task<List<AppUsage>> UsageAsync(TemporaryDatabase database)
    {
        await using var context = database.CreateDbContext();
        return await context.AppUsages.OrderBy(one => one.App).ToListAsync(Cancelled);
    }
}
