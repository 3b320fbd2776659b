using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Portal.Web.Proxy;
using Xunit;

namespace Portal.Tests.Proxy;

/// <summary>Nobody serves the connections here: what is not let in is closed before the server hears of it.</summary>
public sealed class LimitedSocketsTests
{
    private const int Most = 3, Clients = 8;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task However_fast_they_come_no_more_are_open_than_there_may_be_and_who_leaves_makes_room()
    {
        var sockets = new LimitedSockets(
            Most, Options.Create(new SocketTransportOptions()), new ConfigurationBuilder().Build(), NullLoggerFactory.Instance, TimeProvider.System,
            NullLogger<LimitedSockets>.Instance);
        await using var listener = await sockets.BindAsync(new IPEndPoint(IPAddress.Loopback, 0), Cancelled);
        var taken = new ConcurrentQueue<ConnectionContext>();
        var accepting = AcceptAsync(listener, taken);
        var clients = new List<Socket>();

        for (var number = 0; number < Clients; number++)
            clients.Add(await SocketState.ConnectAsync(IPAddress.Loopback, listener.EndPoint, Cancelled));

        await Eventually.TrueAsync(() => clients.Count(SocketState.IsClosed) is Clients - Most);
        Assert.Equal(Most, taken.Count);

        Assert.True(taken.TryDequeue(out var first));
        first.Abort();
        await first.DisposeAsync();
        await Eventually.TrueAsync(async () =>
        {
            clients.Add(await SocketState.ConnectAsync(IPAddress.Loopback, listener.EndPoint, Cancelled));
            return taken.Count is Most;
        });

        await listener.UnbindAsync(Cancelled);
        await accepting;
        clients.ForEach(client => client.Dispose());
        foreach (var connection in taken)
            await connection.DisposeAsync();
    }

    private static async Task AcceptAsync(IConnectionListener listener, ConcurrentQueue<ConnectionContext> taken)
    {
        while (await listener.AcceptAsync(Cancelled) is { } connection)
            taken.Enqueue(connection);
    }
}
