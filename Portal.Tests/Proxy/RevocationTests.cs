using System.Net.WebSockets;
using Microsoft.Data.Sqlite;
using Portal.Data;
using Portal.Tests.Doubles;
using Xunit;

namespace Portal.Tests.Proxy;

/// <summary>Who is no longer registered as they were is cut off within a second, and their instance stopped.</summary>
public sealed class RevocationTests(PortalUnderTest portal) : IClassFixture<PortalUnderTest>
{
    // The promise is one second; the other is for a busy machine.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);
    private static readonly Actor Tester = new("test");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private RegisteredIpStore Store => portal.Service<RegisteredIpStore>();

    [Fact]
    public Task Removing_cuts_off() => CutsOffAsync("127.0.8.1", row => Store.RemoveAsync(row.Id, row.Version, Tester, Cancelled));

    [Fact]
    public Task Disabling_cuts_off() =>
        CutsOffAsync("127.0.8.2", row => Store.SetEnabledAsync(row.Id, row.Version, false, Tester, Cancelled));

    [Fact]
    public Task Another_role_cuts_off() => CutsOffAsync("127.0.8.3", row => UpdateAsync(row, new("127.0.8.3", Role.User)));

    [Fact]
    public Task Moving_the_row_away_cuts_off() => CutsOffAsync("127.0.8.4", row => UpdateAsync(row, new("127.0.9.4", Role.Admin)));

    [Fact]
    public Task A_narrower_row_that_refuses_cuts_off() => CutsOffAsync(
        "127.0.8.21", _ => portal.AddAsync(new("127.0.8.21", Role.Admin, Enabled: false)), network: "127.0.8.20/31");

    [Fact]
    public Task Expiry_cuts_off() => CutsOffAsync(
        "127.0.8.6", row => UpdateAsync(row, new("127.0.8.6", Role.Admin, ExpiresAt: TimeProvider.System.GetUtcNow().AddSeconds(0.1))));

    [Fact]
    public Task A_change_by_another_program_cuts_off() => CutsOffAsync("127.0.8.7", row =>
    {
        using var connection = new SqliteConnection($"Data Source={portal.Ground.PathOf("data/portal.db")};Pooling=False;Default Timeout=5");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM RegisteredIps WHERE Id = $id";
        command.Parameters.AddWithValue("$id", row.Id);
        return Task.FromResult(command.ExecuteNonQuery());
    }, within: 2 * Soon);

    [Fact]
    public async Task Two_hundred_open_sockets_are_closed_within_a_second_while_they_are_at_work()
    {
        var row = await portal.AddAsync(new("127.0.10.0/29", Role.User));
        string[] clients = [.. Enumerable.Range(1, 4).Select(i => $"127.0.10.{i}")];
        await Task.WhenAll(clients.Select(client => portal.ClientFrom(client).ProcessIdAsync()));
        var sockets = await Task.WhenAll(Enumerable.Range(0, 200).Select(
            i => portal.WebSocketFrom(clients[i % clients.Length], i < 40 ? "/app/stub/ws/pushes" : "/app/stub/ws")));
        var closed = sockets.Select(ClosedAsync).ToList();

        await Store.SetEnabledAsync(row.Id, row.Version, false, Tester, Cancelled);
        await Task.WhenAll(closed).WaitAsync(Soon, TimeProvider.System, Cancelled);

        Assert.All(sockets, socket => Assert.Equal(WebSocketCloseStatus.PolicyViolation, socket.CloseStatus));
        await Eventually.TrueAsync(() => clients.All(client => portal.InstancesOf(client).Count is 0), 2 * Soon);
    }

    [Fact]
    public async Task Who_does_not_answer_the_close_is_cut_off_all_the_same()
    {
        var row = await portal.AddAsync(new("127.0.8.10", Role.User));
        await portal.ClientFrom("127.0.8.10").ProcessIdAsync();
        var stream = await portal.ConnectFrom("127.0.8.10");
        await stream.WriteAsync(
            "GET /app/stub/ws HTTP/1.1\r\nHost: portal\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"u8.ToArray(),
            Cancelled);
        await stream.ReadExactlyAsync(new byte[12], Cancelled);

        await Store.RemoveAsync(row.Id, row.Version, Tester, Cancelled);

        var ended = await Record.ExceptionAsync(() => stream.CopyToAsync(Stream.Null, Cancelled).WaitAsync(Soon, TimeProvider.System, Cancelled));
        Assert.True(ended is null or IOException, $"{ended}");
    }

    [Fact]
    public async Task Another_label_or_a_later_expiry_cuts_nobody_off()
    {
        var row = await portal.AddAsync(new("127.0.8.8", Role.User));
        var socket = await portal.WebSocketFrom("127.0.8.8", "/app/stub/ws");
        var removed = await portal.AddAsync(new("127.0.8.9", Role.User));
        var others = await portal.WebSocketFrom("127.0.8.9", "/app/stub/ws");

        await UpdateAsync(row, new("127.0.8.8", Role.User, Label: "new", ExpiresAt: TimeProvider.System.GetUtcNow().AddDays(1)));
        await Store.RemoveAsync(removed.Id, removed.Version, Tester, Cancelled);
        Assert.Equal(WebSocketMessageType.Close, (await others.ReceiveAsync(new byte[1], Cancelled).WaitAsync(Soon, TimeProvider.System, Cancelled)).MessageType);

        await socket.SendAsync("still here"u8.ToArray(), WebSocketMessageType.Text, true, Cancelled);
        Assert.Equal(10, (await socket.ReceiveAsync(new byte[32], Cancelled)).Count);
    }

    private async Task CutsOffAsync<T>(string address, Func<RegisteredIp, Task<T>> change, TimeSpan? within = null, string? network = null)
    {
        var row = await portal.AddAsync(new(network ?? address, Role.Admin));
        var client = portal.ClientFrom(address);
        var socket = await portal.WebSocketFrom(address, "/app/stub/ws");
        using var answer = await client.GetAsync(
            new Uri("/app/stub/stream?lines=1&gate=never", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Cancelled);
        await using var stream = await answer.Content.ReadAsStreamAsync(Cancelled);
        var process = Assert.NotNull(Assert.Single(portal.InstancesOf(address)).ProcessId);
        var (receiving, reading) = (socket.ReceiveAsync(new byte[1], Cancelled), stream.ReadAsync(new byte[1], Cancelled).AsTask());

        await change(row);

        var closing = await receiving.WaitAsync(within ?? Soon, TimeProvider.System, Cancelled);
        await CutAsync(reading, within ?? Soon);
        Assert.Equal(
            (WebSocketMessageType.Close, WebSocketCloseStatus.PolicyViolation, "The registration of this address was changed."),
            (closing.MessageType, socket.CloseStatus, socket.CloseStatusDescription));
        await Eventually.TrueAsync(() => portal.InstancesOf(address).Count is 0 && !portal.Ground.Processes().Contains(process), 2 * Soon);
    }

    private static async Task ClosedAsync(WebSocket socket)
    {
        var buffer = new byte[1024];
        while ((await socket.ReceiveAsync(buffer, Cancelled)).MessageType is not WebSocketMessageType.Close)
        {
        }
    }

    private static async Task CutAsync(Task receiving, TimeSpan within)
    {
        var fault = await Record.ExceptionAsync(() => receiving.WaitAsync(within, TimeProvider.System, Cancelled));
        Assert.NotNull(fault);
        Assert.IsNotType<TimeoutException>(fault);
    }

    private async Task<RegistryChange> UpdateAsync(RegisteredIp row, RegisteredIpDraft draft)
    {
        var change = await Store.UpdateAsync(row.Id, row.Version, draft, Tester, Cancelled);
        Assert.Empty(change.Errors);
        return change;
    }
}
