using System.Net;
using Portal.Web.Launch.Ports;
using Portal.Web.Launch.Processes;

namespace Portal.Web.Launch;

/// <summary>
/// Tells which connections come from an app's own processes. They are on the portal's machine, where 127.0.0.1 may be an
/// admin: what an app's script asks for must not count as that admin's wish.
/// </summary>
internal sealed class InstancePeers(Supervisor supervisor, AppCatalog catalog)
{
    /// <summary>In place of a process that can no longer be found.</summary>
    public const int Unknown = 0;

    private readonly HashSet<int> _users = [.. catalog.Users.Select(user => user.Id)];
    private readonly Lock _gate = new();
    private readonly Lock _looking = new();
    private (HashSet<long> Sockets, Task<Dictionary<long, int>> Holders)? _next;

    /// <summary>
    /// The process that holds the other end and belongs to an instance, or to what instances are forked from: of its session,
    /// or started by this portal, or of the user that apps run as. Null where none does; <see cref="Unknown"/> where the other
    /// end is closed again, as nobody knows any more whose it was.
    /// </summary>
    /// <param name="remote">The other end's address, on this machine.</param>
    public async Task<int?> FindAsync(IPEndPoint remote, IPEndPoint local)
    {
        if (LocalConnection.Find(remote, local) is not { } other)
            return null;
        if (other.Inode is LocalConnection.Closed)
            return Unknown;
        if (_users.Contains(other.UserId))
            return await HolderAsync(other) ?? Unknown;

        // All others run as the portal's user; a proxy on this machine, which connects often, does not.
        if (other.UserId != Posix.UserId)
            return null;

        return await HolderAsync(other);
    }

    private async Task<int?> HolderAsync(LocalConnection other) =>
        (await LookAsync(other.Inode)).TryGetValue(other.Inode, out var holder) ? holder : null;

    /// <summary>One looks at a time. Who asks meanwhile shares the look that follows: it begins after they have connected.</summary>
    private Task<Dictionary<long, int>> LookAsync(long socket)
    {
        lock (_gate)
        {
            var next = _next ??= Begin();
            next.Sockets.Add(socket);
            return next.Holders;
        }
    }

    private (HashSet<long> Sockets, Task<Dictionary<long, int>> Holders) Begin()
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

    /// <summary>Those of the sockets that a process of an app holds open, with a holder each.</summary>
    private Dictionary<long, int> Look(IReadOnlySet<long> sockets)
    {
        var processes = ProcessTable.Living().Select(process => (process.Id, process.ParentId, process.SessionId)).ToList();
        var children = processes.ToLookup(process => process.ParentId, process => process.Id);
        var sessions = supervisor.Instances.Where(instance => !instance.Gone.IsCompleted)
            .Select(instance => instance.ProcessId).OfType<int>().ToHashSet();

        var pending = new Stack<int>(children[Environment.ProcessId]);
        foreach (var process in processes.Where(process => sessions.Contains(process.SessionId) || IsOfApps(process.Id)))
            pending.Push(process.Id);

        var found = new HashSet<int>();
        while (pending.TryPop(out var id))
        {
            if (!found.Add(id))
                continue;
            foreach (var child in children[id])
                pending.Push(child);
        }

        var holders = new Dictionary<long, int>();
        foreach (var id in found)
        {
            foreach (var socket in ProcessTable.SocketsOf(id, sockets))
                holders[socket] = id;
        }

        // What this process holds is its own, though a child that it just begins may have a copy until it runs its program.
        foreach (var socket in holders.Count is 0 ? [] : ProcessTable.SocketsOf(Environment.ProcessId, sockets))
            holders.Remove(socket);
        return holders;
    }

    private bool IsOfApps(int processId) => _users.Count > 0 && ProcessTable.UserOf(processId) is { } user && _users.Contains(user);
}
