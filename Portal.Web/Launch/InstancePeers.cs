using System.Net;
using System.Net.Sockets;
using Portal.Web.Launch.Ports;
using Portal.Web.Launch.Processes;

namespace Portal.Web.Launch;

/// <summary>
/// Tells which connections come from an app's own processes. They are on the portal's machine, where 127.0.0.1 may be an
/// admin: what an app's script asks for must not count as that admin's wish.
/// <code>
/// its socket ──► still connected? ──► its user: an app's, the portal's, another's ──► the portal's: who holds it, with the mark of apps?
/// </code>
/// </summary>
internal sealed class InstancePeers(Supervisor supervisor, AppCatalog catalog)
{
    private const int FirstProcess = 1;

    private readonly HashSet<int> _users = [.. catalog.Users.Select(user => user.Id)];
    private readonly Lock _gate = new();
    private readonly Lock _looking = new();
    private (HashSet<long> Sockets, Task<Dictionary<long, LocalPeer>> Holders)? _next;

    /// <summary>Looks up the other end of a connection whose both ends are on this machine.</summary>
    /// <exception cref="IOException">No file can be opened to look into.</exception>
    public ValueTask<LocalPeer> FindAsync(Socket accepted)
    {
        if (accepted is not { RemoteEndPoint: IPEndPoint remote, LocalEndPoint: IPEndPoint local })
            return new(new LocalPeer(PeerKind.NotFound));
        var other = LocalConnection.Find(remote, local)
            ?? (AcceptedSocket.OriginalTarget(accepted) is { } target ? LocalConnection.Find(remote, target) : null);

        // In this order: only while ours is connected is the socket that was found the other end of it.
        if (!AcceptedSocket.IsConnected(accepted) || other is { Inode: LocalConnection.Closed })
            return new(new LocalPeer(PeerKind.Closed));
        return other is not { } found ? new(new LocalPeer(PeerKind.NotFound))
            : _users.Contains(found.UserId) ? new(new LocalPeer(PeerKind.App))
            : found.UserId != Posix.UserId ? new(new LocalPeer(PeerKind.Other))
            : new(HolderAsync(found.Inode));
    }

    private async Task<LocalPeer> HolderAsync(long socket) =>
        (await LookAsync(socket)).TryGetValue(socket, out var holder) ? holder : new LocalPeer(PeerKind.Hidden);

    /// <summary>One looks at a time. Who asks meanwhile shares the look that follows: it begins after they have connected.</summary>
    private Task<Dictionary<long, LocalPeer>> LookAsync(long socket)
    {
        lock (_gate)
        {
            var next = _next ??= Begin();
            next.Sockets.Add(socket);
            return next.Holders;
        }
    }

    private (HashSet<long> Sockets, Task<Dictionary<long, LocalPeer>> Holders) Begin()
    {
        var sockets = new HashSet<long>();
        return (sockets, Task.Run(() =>
        {
            lock (_looking)
            {
                lock (_gate)
                    _next = null;
                return Look(sockets);
            }
        }));
    }

    /// <summary>Who holds each of the sockets, which are taken out of the set. Those that nobody is found to hold remain.</summary>
    private Dictionary<long, LocalPeer> Look(HashSet<long> sockets)
    {
        var found = new Dictionary<long, LocalPeer>();
        Add(Environment.ProcessId, PeerKind.Other, ProcessTable.SocketsOf); // a child that it just begins may have a copy of its own
        if (sockets.Count is 0)
            return found;

        // Those who can be admitted first: then an app's many processes need not be looked through. The newest most likely asks.
        var others = ProcessTable.All().Where(id => id != Environment.ProcessId).OrderDescending()
            .Select(id => (Id: id, IsMarked: AppMark.IsOn(id))).Where(one => one.IsMarked is not null).ToList();
        foreach (var read in new Reading[] { ProcessTable.SocketsOf, ProcessTable.SocketsOfThreads })
        {
            foreach (var (id, isMarked) in others.OrderBy(one => one.IsMarked))
            {
                if (sockets.Count is 0)
                    return found;
                Add(id, isMarked is true ? PeerKind.App : null, read);
            }
        }

        return found;

        void Add(int id, PeerKind? kind, Reading read)
        {
            foreach (var socket in read(id, sockets))
            {
                found[socket] = new LocalPeer(kind ?? (IsOfApp(id) ? PeerKind.App : PeerKind.Other), id);
                sockets.Remove(socket);
            }
        }
    }

    /// <summary>
    /// True for a process with the mark, and for one below the portal or in an instance's session. Looked up after the process was
    /// found to hold the socket: its number may have been another's before.
    /// </summary>
    private bool IsOfApp(int processId)
    {
        if (AppMark.IsOn(processId) is not false)
            return true;
        var sessions = supervisor.Instances.Where(instance => !instance.Gone.IsCompleted)
            .Select(instance => instance.ProcessId).OfType<int>().ToHashSet();
        for (var id = processId; id > FirstProcess; id = ProcessTable.Stat(id)?.ParentId ?? 0)
        {
            if (id == Environment.ProcessId || sessions.Contains(ProcessTable.Stat(id)?.SessionId ?? 0))
                return true;
        }

        return false;
    }

    private delegate IReadOnlyList<long> Reading(int processId, IReadOnlySet<long> among);
}
