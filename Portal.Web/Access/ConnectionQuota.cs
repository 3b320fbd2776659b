using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Portal.Data;

namespace Portal.Web.Access;

/// <summary>
/// Closes connections beyond so many of one address, so that nobody takes them all. Trusted proxies, which bring
/// everybody, and this machine are not counted.
/// </summary>
internal sealed partial class ConnectionQuota(IOptions<AccessOptions> options, TimeProvider time, ILogger<ConnectionQuota> logger)
{
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    private readonly int _most = options.Value.MaxConnections;
    private readonly IPNetwork[] _proxies = [.. options.Value.TrustedProxies.Select(NetworkNotation.Parse)];
    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _open = [];
    private long? _told;

    /// <summary>For every address that the server listens on.</summary>
    public void Watch(ListenOptions listen)
    {
        if (_most > 0)
            listen.Use(next => connection => CountedAddress(connection) is { } address ? CountAsync(address, connection, next) : next(connection));
    }

    private IPAddress? CountedAddress(ConnectionContext connection) =>
        connection.RemoteEndPoint is IPEndPoint { Address: var remote }
        && NetworkNotation.Normalize(remote) is var address
        && !address.Equals(IPAddress.Loopback)
        && !address.Equals(IPAddress.IPv6Loopback)
        && !_proxies.Any(proxy => proxy.Contains(address))
            ? address
            : null;

    private async Task CountAsync(IPAddress address, ConnectionContext connection, ConnectionDelegate next)
    {
        if (!Enter(address))
        {
            connection.Abort(new ConnectionAbortedException("This address has too many connections."));
            return;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            Leave(address);
        }
    }

    private bool Enter(IPAddress address)
    {
        lock (_gate)
        {
            var open = _open.GetValueOrDefault(address);
            if (open < _most)
            {
                _open[address] = open + 1;
                return true;
            }

            if (_told is { } told && time.GetElapsedTime(told) < Silence)
                return false;
            _told = time.GetTimestamp();
        }

        Log.TooMany(logger, address, _most);
        return false;
    }

    private void Leave(IPAddress address)
    {
        lock (_gate)
        {
            if (--_open[address] is 0)
                _open.Remove(address);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1006, LogLevel.Warning, "{Address} has {Most} connections open; those beyond are closed at once. Told once a minute")]
        public static partial void TooMany(ILogger logger, IPAddress address, int most);
    }
}
