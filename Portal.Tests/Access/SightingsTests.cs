using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Portal.Data;
using Portal.Tests.Data;
using Portal.Web.Access;
using Xunit;

namespace Portal.Tests.Access;

public sealed class SightingsTests : DatabaseTest
{
    private readonly SightingStore _store;
    private readonly Sightings _sightings;

    public SightingsTests()
    {
        _store = new SightingStore(Database);
        _sightings = new Sightings(_store, Database.Time);
    }

    [Fact]
    public async Task Whoever_came_last_is_known_at_once_and_written_within_a_minute()
    {
        var network = await Database.AddAsync("10.1.0.0/16");
        using var recorder = new SightingRecorder(_sightings, Database.Time, NullLogger<SightingRecorder>.Instance);
        await recorder.StartAsync(Cancelled);

        Note(network, "10.1.0.1");
        Database.Time.Advance(TimeSpan.FromSeconds(10));
        Note(network, "10.1.0.2");

        Assert.Equal(("10.1.0.2", Database.Time.GetUtcNow()), await SeenAsync(_sightings, network));
        Assert.Empty(await _store.FindAsync([network.Id], Cancelled));

        var seenAt = Database.Time.GetUtcNow();
        await Eventually.TrueAsync(async () =>
        {
            Database.Time.Advance(TimeSpan.FromMinutes(1));
            return (await _store.FindAsync([network.Id], Cancelled)).Count is 1;
        });
        Assert.Equal(("10.1.0.2", seenAt), await SeenAsync(new Sightings(_store, Database.Time), network));
        await recorder.StopAsync(Cancelled);
    }

    [Fact]
    public async Task A_database_that_is_away_is_told_of_once_and_loses_nothing()
    {
        var row = await Database.AddAsync("10.0.0.1");
        var log = new CountingLogger();
        using var recorder = new SightingRecorder(_sightings, Database.Time, log);
        Note(row, "10.0.0.1");

        using (var holder = Database.OpenRaw())
        {
            TemporaryDatabase.Execute(holder, "ALTER TABLE Sightings RENAME TO Away");
            await recorder.StopAsync(Cancelled);
            await recorder.StopAsync(Cancelled);
            TemporaryDatabase.Execute(holder, "ALTER TABLE Away RENAME TO Sightings");
        }

        Assert.Equal(1, log.Count);
        await recorder.StopAsync(Cancelled);
        Assert.Single(await _store.FindAsync([row.Id], Cancelled));
    }

    [Fact]
    public async Task A_registration_that_was_removed_meanwhile_is_passed_over_and_takes_its_sighting_with_it()
    {
        var (removed, kept) = (await Database.AddAsync("10.0.0.1"), await Database.AddAsync("10.0.0.2"));
        Note(removed, "10.0.0.1");
        await _sightings.WriteAsync(Cancelled);
        Assert.Single(await _store.FindAsync([removed.Id, kept.Id], Cancelled));

        Database.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty((await Store.RemoveAsync(removed.Id, removed.Version, TemporaryDatabase.Anyone, Cancelled)).Errors);
        Note(removed, "10.0.0.1");
        Note(kept, "10.0.0.2");
        await _sightings.WriteAsync(Cancelled);

        Assert.Equal(kept.Id, Assert.Single(await _store.FindAsync([removed.Id, kept.Id], Cancelled)).RegistrationId);
    }

    [Fact]
    public async Task What_is_older_than_what_is_known_changes_nothing()
    {
        var row = await Database.AddAsync("10.1.0.0/16");
        var now = Database.Time.GetUtcNow();

        await _store.WriteAsync([new Sighting { RegistrationId = row.Id, Client = "10.1.0.1", At = now }], Cancelled);
        await _store.WriteAsync([new Sighting { RegistrationId = row.Id, Client = "10.1.0.2", At = now.AddSeconds(-1) }], Cancelled);

        Assert.Equal("10.1.0.1", Assert.Single(await _store.FindAsync([row.Id], Cancelled)).Client);
    }

    [Fact]
    public void Noting_a_client_that_was_seen_before_allocates_nothing()
    {
        var client = new ClientIdentity(IPAddress.Loopback, 1, Role.User, "", null);
        _sightings.Note(client);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            _sightings.Note(client);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private void Note(RegisteredIp row, string address) =>
        _sightings.Note(new ClientIdentity(IPAddress.Parse(address), row.Id, row.Role, row.Label, row.Port));

    private static async Task<(string? Client, DateTimeOffset? At)> SeenAsync(Sightings sightings, RegisteredIp row)
    {
        var seen = (await sightings.FindAsync([row.Id], Cancelled)).GetValueOrDefault(row.Id);
        return (seen?.Client, seen?.At);
    }

    private sealed class CountingLogger : ILogger<SightingRecorder>
    {
        public int Count { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Count++;
    }
}
