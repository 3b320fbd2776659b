using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Portal.Data;
using Portal.Tests.Data;
using Portal.Web.Access;
using Portal.Web.Audit;
using Portal.Web.Launch;
using Xunit;

namespace Portal.Tests.Audit;

/// <summary>What nobody waits for is on record all the same.</summary>
public sealed class AuditRecorderTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_launch_a_stop_and_a_refusal_are_on_record_when_the_portal_has_stopped()
    {
        await using var portal = await PortalUnderTest.StartAsync(_ => { });
        using var opened = await portal.ClientFrom(PortalUnderTest.User).GetAsync("/app/stub/echo", Cancelled);
        Assert.Equal(HttpStatusCode.OK, opened.StatusCode);
        for (var i = 0; i < 3; i++)
            using (await portal.ClientFrom(PortalUnderTest.Stranger).GetAsync("/app/stub/echo", Cancelled)) { }

        await Eventually.TrueAsync(async () => (await FindAsync(portal, AuditAction.AppLaunched)).Count is 1);
        await portal.RestartAsync();

        var launched = Assert.Single(await FindAsync(portal, AuditAction.AppLaunched));
        Assert.Equal(
            (PortalUnderTest.User, PortalUnderTest.User, PortalUnderTest.User, PortalUnderTest.User + "/stub"),
            (launched.Actor, launched.Address, launched.Through, launched.Subject));
        var stopped = Assert.Single(await FindAsync(portal, AuditAction.AppStopped));
        Assert.Equal(("portal", "the portal stops"), (stopped.Actor, stopped.Detail));
        Assert.Equal(3, (await FindAsync(portal, AuditAction.AccessRefused)).Sum(entry => entry.Count));
    }

    [Fact]
    public async Task While_the_database_is_held_nobody_waits_and_what_is_too_much_is_counted()
    {
        const int TooMany = 50;
        using var database = new TemporaryDatabase();
        await database.PrepareAsync();
        var log = new ListLogger<AuditRecorder>();
        var launches = new LaunchEvents(NullLogger<LaunchEvents>.Instance);
        using var access = new RegistryAccess(database.Store(), database.Time);
        using var recorder = new AuditRecorder(
            new AuditStore(database), new Refusals(database.Time), launches, access, Options.Create(new AuditOptions()), database.Time, log);
        await recorder.StartAsync(Cancelled);

        using (var other = database.OpenRaw())
        {
            TemporaryDatabase.Execute(other, "BEGIN IMMEDIATE");
            launches.Died(new InstanceKey(IPAddress.Loopback, "first"), 1);
            await TurnUntilAsync(() => log.Has(4030));

            // It returns, though nothing can be written before it has.
            for (var i = 0; i < AuditRecorder.MaxUnwritten + TooMany - 1; i++)
                launches.Died(new InstanceKey(IPAddress.Loopback, "stub"), 1);
            TemporaryDatabase.Execute(other, "ROLLBACK");
        }

        await TurnUntilAsync(() => log.Has(4031));
        Assert.Contains($"{TooMany} entries", Assert.Single(log.Lines, line => line.StartsWith("4031", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal((long)AuditRecorder.MaxUnwritten, database.Execute("SELECT COUNT(*) FROM AuditEntries"));

        launches.Died(new InstanceKey(IPAddress.Loopback, "later"), 1);
        await TurnUntilAsync(() => database.Execute("SELECT COUNT(*) FROM AuditEntries WHERE Subject LIKE '%later'") is 1L);
        Assert.Single(log.Lines, line => line.StartsWith("4030", StringComparison.Ordinal));
        await recorder.StopAsync(Cancelled);

        Task TurnUntilAsync(Func<bool> condition) => Eventually.TrueAsync(
            () =>
            {
                database.Time.Advance(TimeSpan.FromSeconds(2));
                return condition();
            },
            TimeSpan.FromSeconds(60));
    }

    [Theory]
    [InlineData("00:00:01", false)]
    [InlineData("1.00:00:00", true)]
    [InlineData("4000.00:00:00", false)]
    public void The_retention_has_bounds(string retention, bool isFine) => Assert.Equal(
        isFine,
        new AuditOptionsValidator().Validate(null, new AuditOptions { Retention = TimeSpan.Parse(retention, System.Globalization.CultureInfo.InvariantCulture) }).Succeeded);

    /// <summary>Keeps what is logged, each line behind its event's number.</summary>
    private sealed class ListLogger<T> : ILogger<T>
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IReadOnlyCollection<string> Lines => _lines;

        public bool Has(int eventId) => _lines.Any(line => line.StartsWith($"{eventId}", StringComparison.Ordinal));

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue($"{eventId.Id} {formatter(state, exception)}");
    }

    private static async Task<IReadOnlyList<AuditEntry>> FindAsync(PortalUnderTest portal, AuditAction action) =>
        (await portal.Service<AuditStore>().ListAsync(new(Action: action), null, null, 10, Cancelled)).Items;
}
