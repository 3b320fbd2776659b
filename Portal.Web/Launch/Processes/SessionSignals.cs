namespace Portal.Web.Launch.Processes;

/// <summary>
/// Signals for an instance and whatever it has started: they share a session, which is named by the number of its
/// leader. Nothing is ever sent to a process that was given the number later.
/// </summary>
internal static class SessionSignals
{
    /// <summary>Asks the leader and its process group to end.</summary>
    public static void Terminate(ProcessIdentity leader)
    {
        ThrowIfNoLeader(leader);
        if (!leader.IsAlive)
            return;
        Posix.Signal(leader.Id, Posix.SigTerm);
        Posix.Signal(-leader.Id, Posix.SigTerm);
    }

    /// <summary>Ends the leader and the rest of its session, again and again, as one may fork while others are ended.</summary>
    public static void Kill(ProcessIdentity leader)
    {
        ThrowIfNoLeader(leader);
        if (leader.IsAlive)
            Posix.Signal(leader.Id, Posix.SigKill);
        for (var round = 0; round < 10; round++)
        {
            // The number is given to nobody else while one process of the session lives; so if it was, none does.
            if (ProcessIdentity.Of(leader.Id) is { } now && now != leader)
                return;
            var rest = ProcessTable.Session(leader.Id).Where(id => id != leader.Id).ToList();
            if (rest.Count is 0)
                return;
            rest.ForEach(id => Posix.Signal(id, Posix.SigKill));
        }
    }

    // Session 0 is that of the kernel, and of everybody whose leader is outside of a container; 1 is that of init.
    private static void ThrowIfNoLeader(ProcessIdentity leader) =>
        ArgumentOutOfRangeException.ThrowIfLessThan(leader.Id, 2, nameof(leader));
}
