using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using Microsoft.Data.Sqlite;
using Portal.Tests.Doubles;
using Xunit;

namespace Portal.Tests.Faults;

/// <summary>
/// The portal is killed again and again, at work and while it starts: what it has acknowledged is there, its database is sound,
/// and who works in an app goes on in the same process.
/// </summary>
public sealed class KilledPortalTests
{
    /// <summary>More than in a usual run; see CONTRIBUTING.md.</summary>
    private const string RoundsName = "PORTAL_TEST_KILLS";

    /// <summary>Every so often it is killed before it answers.</summary>
    private const int KilledEarly = 4;

    private readonly ConcurrentQueue<string> _acknowledged = new();
    private readonly ConcurrentDictionary<int, bool> _instances = new();
    private int _lastNetwork;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static int Rounds =>
        int.TryParse(Environment.GetEnvironmentVariable(RoundsName), NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) ? rounds : 10;

    [Fact]
    public async Task Nothing_acknowledged_is_lost_and_instances_go_on()
    {
        await using var portal = new PortalUnderTest { Apps = [new StubApp()] };
        portal.Settings["Portal:Launch:KeepInstances"] = "true";
        for (var round = 1; round <= Rounds; round++)
        {
            if (round % KilledEarly is 0)
            {
                using var early = portal.BeginProcess();
                await MomentAsync(most: 2);
                early.Kill();
            }

            using var process = await portal.StartProcessAsync();
            Assert.False(process.HasEnded, process.HasEnded ? await process.Errors : "");
            await ExpectAllAsync(portal);
            var before = _acknowledged.Count;
            var load = Load(portal);
            await Eventually.TrueAsync(() => _acknowledged.Count > before || load.TrueForAll(one => one.IsCompleted));
            await MomentAsync(most: 1);
            process.Kill();
            await Task.WhenAll(load).WaitAsync(Eventually.Limit, TimeProvider.System, Cancelled);
        }

        await portal.InitializeAsync();
        await ExpectAllAsync(portal);
        Assert.Equal(Assert.Single(_instances.Keys), Assert.Single(portal.InstancesOf(PortalUnderTest.User)).ProcessId);
        TestContext.Current.TestOutputHelper?.WriteLine($"{Rounds} rounds, {_acknowledged.Count} registrations");
        Assert.True(_acknowledged.Count >= Rounds, $"only {_acknowledged.Count} registrations");
    }

    /// <summary>A moment at random: when it is killed is the one thing that nobody chooses.</summary>
    private static Task MomentAsync(double most) =>
        Task.Delay(TimeSpan.FromSeconds(Random.Shared.NextDouble() * most), TimeProvider.System, Cancelled);

    /// <summary>People at work, each until nobody answers.</summary>
    private List<Task> Load(PortalUnderTest portal) =>
    [
        UntilKilledAsync(() => RegisterAsync(new Visitor(portal, PortalUnderTest.Admin))),
        UntilKilledAsync(() => RegisterAsync(new Visitor(portal, PortalUnderTest.Admin))),
        UntilKilledAsync(() => WorkAsync(portal.ClientFrom(PortalUnderTest.User))),
        UntilKilledAsync(() => ListenAsync(portal)),
        UntilKilledAsync(() => ComeAndGoAsync(new Visitor(portal, PortalUnderTest.OtherUser))),
    ];

    private static Task UntilKilledAsync(Func<Task> work) => Task.Run(
        async () =>
        {
            try
            {
                await work();
            }
            catch (Exception e) when (e is HttpRequestException { StatusCode: null } or IOException or WebSocketException)
            {
                // Killed.
            }
        },
        Cancelled);

    private async Task RegisterAsync(Visitor admin)
    {
        Assert.Equal(HttpStatusCode.OK, (await admin.OpenAsync("/admin/edit")).Status);
        while (true)
        {
            var number = Interlocked.Increment(ref _lastNetwork);
            var network = string.Create(CultureInfo.InvariantCulture, $"10.{number / 65536}.{number / 256 % 256}.{number % 256}");
            var answer = await admin.RegisterAsync(network);
            Assert.True(answer.Status is HttpStatusCode.Found, answer.Text);
            _acknowledged.Enqueue(network);
        }
    }

    private async Task WorkAsync(HttpClient user)
    {
        while (true)
            _instances[await user.ProcessIdAsync()] = true;
    }

    private static async Task ListenAsync(PortalUnderTest portal)
    {
        var socket = await portal.WebSocketFrom(PortalUnderTest.User, "/app/stub/ws");
        while (socket.State is WebSocketState.Open)
        {
            await socket.SendAsync(new byte[1], WebSocketMessageType.Binary, endOfMessage: true, Cancelled);
            await socket.ReceiveAsync(new byte[1], Cancelled);
        }
    }

    private static async Task ComeAndGoAsync(Visitor user)
    {
        while (true)
        {
            await user.Client.ProcessIdAsync();
            await user.OpenAsync("/");
            await user.SendAsync("/?handler=Stop&app=stub");
        }
    }

    private async Task ExpectAllAsync(PortalUnderTest portal)
    {
        // Who works and who comes and goes; what was being launched may still be on its way out.
        await Eventually.TrueAsync(() => portal.Ground.Processes().Count <= 2);
        await using var database = new SqliteConnection($"Data Source={portal.Ground.PathOf("data/portal.db")};Pooling=False");
        await database.OpenAsync(Cancelled);
        Assert.Equal(["ok"], await AskAsync(database, "PRAGMA integrity_check"), StringComparer.Ordinal);
        Assert.Empty(_acknowledged.Except(await AskAsync(database, "SELECT Network FROM RegisteredIps"), StringComparer.Ordinal));
        Assert.Empty(_acknowledged.Except(
            await AskAsync(database, "SELECT Subject FROM AuditEntries WHERE Action = 'RegistrationAdded'"), StringComparer.Ordinal));
    }

    private static async Task<List<string>> AskAsync(SqliteConnection database, string query)
    {
        await using var command = database.CreateCommand();
        command.CommandText = query;
        await using var reader = await command.ExecuteReaderAsync(Cancelled);
        var values = new List<string>();
        while (await reader.ReadAsync(Cancelled))
            values.Add(reader.GetString(0));
        return values;
    }
}
