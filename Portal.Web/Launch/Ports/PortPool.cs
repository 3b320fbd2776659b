using System.Globalization;
using Microsoft.Extensions.Options;
using Portal.Web.Access;

namespace Portal.Web.Launch.Ports;

/// <summary>
/// Gives each instance its port: the one registered for the client, or else a free one of the range. A port that
/// a stranger listens on is never given out, nor one that is registered for somebody else.
/// </summary>
internal sealed class PortPool(RegistryAccess access, IOptions<LaunchOptions> options)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, InstanceKey> _leased = [];
    private readonly PortRange _range = PortRange.TryParse(options.Value.PortRange, out var parsed)
        ? parsed
        : throw new FormatException("The validator lets no other range pass.");

    private int _next;

    /// <summary>A port for the instance until the lease is disposed, or why there is none.</summary>
    public PortLease Lease(InstanceKey key, int? registered)
    {
        lock (_gate)
        {
            if (registered is { } port && !IsOwnOther(key, port))
                return LeaseRegistered(key, port);
            return LeaseFree(key);
        }
    }

    /// <summary>The port that an adopted instance listens on; null where it is another's by now.</summary>
    public PortLease? LeaseAgain(InstanceKey key, int port)
    {
        lock (_gate)
        {
            return _leased.ContainsKey(port) || (access.Table.RegisteredPorts.TryGetValue(port, out var owner) && !owner.Equals(key.Client))
                ? null
                : Give(key, port, isRegistered: false);
        }
    }

    /// <summary>A client's port serves the first of their apps; the others take free ones.</summary>
    private bool IsOwnOther(InstanceKey key, int port) =>
        _leased.TryGetValue(port, out var holder) && holder.Client.Equals(key.Client);

    private PortLease LeaseRegistered(InstanceKey key, int port)
    {
        if (_leased.TryGetValue(port, out var holder))
            return PortLease.Refused(LaunchFailureReason.PortTaken, Taken(port, $"the instance {holder} of the portal"));
        if (PortListener.On(port) is [var listener, ..])
            return PortLease.Refused(LaunchFailureReason.PortTaken, Taken(port, listener.DescribeOwner()));
        return Give(key, port, isRegistered: true);
    }

    private PortLease LeaseFree(InstanceKey key)
    {
        var registered = access.Table.RegisteredPorts;
        for (var tried = 0; tried < _range.Count; tried++)
        {
            // In turn rather than the lowest first, so that a port just given back rests a while.
            var port = _range.First + _next;
            _next = (_next + 1) % _range.Count;
            var isOthers = registered.TryGetValue(port, out var owner) && !owner.Equals(key.Client);
            if (!isOthers && !_leased.ContainsKey(port) && PortListener.On(port).Count is 0)
                return Give(key, port, isRegistered: false);
        }

        return PortLease.Refused(LaunchFailureReason.NoFreePort, string.Create(CultureInfo.InvariantCulture,
            $"No port from {_range.First} to {_range.Last} is free; widen {LaunchOptions.Section}:PortRange."));
    }

    private PortLease Give(InstanceKey key, int port, bool isRegistered)
    {
        _leased.Add(port, key);
        return PortLease.Of(port, isRegistered, GiveBack);

        void GiveBack()
        {
            lock (_gate)
                _leased.Remove(port);
        }
    }

    /// <summary>The sentence for a port that somebody else holds.</summary>
    public static string Taken(int port, string holder) => string.Create(CultureInfo.InvariantCulture,
        $"Port {port} is registered for this client, but {holder} listens on it.");
}
