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
    private Task<ILookup<string, int>>? _next;

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
        (await LookAsync())[ProcessTable.SocketName(other.Inode)].Cast<int?>().FirstOrDefault();

    /// <summary>One looks at a time. Who asks meanwhile shares the look that follows: it begins after they have connected.</summary>
    private Task<ILookup<string, int>> LookAsync()
    {
        lock (_gate)
        {
            return _next ??= Task.Run(() =>
            {
                lock (_looking)
                {
                    lock (_gate)
                        _next = null;
                    return Look();
                }
            });
        }
    }

    /// <summary>The open sockets of every process of an app, by name, with their holders.</summary>
    private ILookup<string, int> Look()
    {
        var processes = ProcessTable.Living();
        var children = processes.ToLookup(process => process.ParentId);
        var sessions = supervisor.Instances.Where(instance => !instance.Gone.IsCompleted)
            .Select(instance => instance.ProcessId).OfType<int>().ToHashSet();

        var pending = new Stack<int>(children[Environment.ProcessId].Select(child => child.Id));
        foreach (var process in processes.Where(process => sessions.Contains(process.SessionId) || IsOfApps(process.Id)))
            pending.Push(process.Id);

        var found = new HashSet<int>();
        while (pending.TryPop(out var id))
        {
            if (!found.Add(id))
                continue;
            foreach (var child in children[id])
                pending.Push(child.Id);
        }

        // What this process holds is its own, though a child that it just begins may have a copy until it runs its program.
        var own = ProcessTable.SocketsOf(Environment.ProcessId).ToHashSet(StringComparer.Ordinal);
        return found
            .SelectMany(id => ProcessTable.SocketsOf(id).Select(socket => (Socket: socket, Id: id)))
            .Where(one => !own.Contains(one.Socket))
            .ToLookup(one => one.Socket, one => one.Id, StringComparer.Ordinal);
    }

    private bool IsOfApps(int processId) => _users.Count > 0 && ProcessTable.UserOf(processId) is { } user && _users.Contains(user);
}
