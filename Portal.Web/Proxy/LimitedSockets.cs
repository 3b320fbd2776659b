using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace Portal.Web.Proxy;

/// <summary>
/// The server's sockets, and none beyond the limit, not for a moment: the server accepts faster than it counts, so that a burst
/// would use up the files that are left before the first connection of too many is closed.
/// </summary>
/// <param name="most">Connections at the same time, at all addresses together.</param>
internal sealed partial class LimitedSockets(
    long most, IOptions<SocketTransportOptions> options, IConfiguration configuration, ILoggerFactory loggers, TimeProvider time,
    ILogger<LimitedSockets> logger)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    private readonly SocketTransportFactory _sockets = new(options, loggers);
    private long _open;
    private long? _told;

    public bool CanBind(EndPoint endpoint) => _sockets.CanBind(endpoint);

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new Listener(this, await ListenAsync(endpoint, cancellationToken));

    /// <exception cref="StartException">The system does not let the portal listen there.</exception>
    private async ValueTask<IConnectionListener> ListenAsync(EndPoint endpoint, CancellationToken cancellationToken)
    {
        try
        {
            return await _sockets.BindAsync(endpoint, cancellationToken);
        }
        catch (SocketException e)
        {
            var (key, text) = ListenAddresses.Find(configuration, endpoint);
            throw new StartException($"{key} is '{text}': {e.SocketErrorCode switch
            {
                SocketError.AddressNotAvailable => "this machine does not have that address, at the moment; name one of its own, or all, such as http://0.0.0.0:8000.",
                SocketError.AccessDenied => "the portal's user may not listen there; set AmbientCapabilities=CAP_NET_BIND_SERVICE in the unit, "
                    + "or name a port from 1024 on, such as http://0.0.0.0:8000.",
                _ => $"{e.Message}. Name another address, such as http://0.0.0.0:8000.",
            }}", e)
            {
                // An address may come later: from DHCP, a VPN, another node that gives it up.
                IsPassing = e.SocketErrorCode is SocketError.AddressNotAvailable,
            };
        }
    }

    private bool Take(ConnectionContext connection)
    {
        var open = Interlocked.Increment(ref _open);
        connection.ConnectionClosed.UnsafeRegister(static sockets => Interlocked.Decrement(ref ((LimitedSockets)sockets!)._open), this);
        return open <= most;
    }

    private void Tell()
    {
        if (_told is { } told && time.GetElapsedTime(told) < Silence)
            return;
        _told = time.GetTimestamp();
        Log.TooMany(logger, most);
    }

    private sealed class Listener(LimitedSockets owner, IConnectionListener sockets) : IConnectionListener
    {
        public EndPoint EndPoint => sockets.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (await sockets.AcceptAsync(cancellationToken) is { } connection)
            {
                if (owner.Take(connection))
                    return connection;
                owner.Tell();
                connection.Abort();
                await connection.DisposeAsync();
            }

            return null;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => sockets.UnbindAsync(cancellationToken);

        public ValueTask DisposeAsync() => sockets.DisposeAsync();
    }

    private static partial class Log
    {
        [LoggerMessage(3011, LogLevel.Warning, "All {Most} connections are taken; those beyond are closed at once. Told once a minute")]
        public static partial void TooMany(ILogger logger, long most);
    }
}
