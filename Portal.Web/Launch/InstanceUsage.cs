namespace Portal.Web.Launch;

/// <summary>
/// Whether a person uses an instance: their requests and what they send over a WebSocket count; an open WebSocket, pings
/// and the app's own pushes do not. Counts without locks; one is shared by all its requests.
/// </summary>
internal sealed class InstanceUsage(TimeProvider time)
{
    /// <summary>Longer than it takes to measure the processor time twice.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private int _requests;
    private int _polls;
    private int _sockets;
    private long _lastActivity = time.GetUtcNow().UtcTicks;
    private long _touched = time.GetTimestamp();
    private long _acted;
    private long _worked;

    /// <summary>Requests and WebSockets in flight.</summary>
    public int Live => Volatile.Read(ref _requests) + Volatile.Read(ref _polls) + LiveSockets;

    /// <summary>WebSockets in flight: at least as many pages are open in browsers.</summary>
    public int LiveSockets => Volatile.Read(ref _sockets);

    /// <summary>When a person last did something; the launch itself counts.</summary>
    public DateTimeOffset LastActivity => new(Interlocked.Read(ref _lastActivity), TimeSpan.Zero);

    /// <summary>The same as a timestamp, which moves on evenly when somebody sets the clock.</summary>
    public long LastTouch => Interlocked.Read(ref _touched);

    /// <summary>The timestamp at which a person last did something within a session: a click, a key, an upload; 0 for never.</summary>
    public long LastAct => Interlocked.Read(ref _acted);

    /// <summary>
    /// How long ago a person began what the app works at now; null where it does not. It counts as work until nothing has come of it
    /// for <see cref="Pause"/>.
    /// </summary>
    public TimeSpan? BusyFor() =>
        Interlocked.Read(ref _worked) is var worked && worked > LastAct && time.GetElapsedTime(worked) < Pause ? time.GetElapsedTime(LastAct) : null;

    public void Enter(InstanceUse use)
    {
        Interlocked.Increment(ref CountOf(use));
        if (use is InstanceUse.Request)
            Touch();
    }

    public void Leave(InstanceUse use)
    {
        if (use is InstanceUse.Request)
            Touch();
        Interlocked.Decrement(ref CountOf(use));
    }

    /// <summary>Notes that a person does something at this moment.</summary>
    public void Touch()
    {
        Interlocked.Exchange(ref _lastActivity, time.GetUtcNow().UtcTicks);
        Interlocked.Exchange(ref _touched, time.GetTimestamp());
    }

    /// <summary>Notes that a person does something within a session; a page that is merely loaded is none.</summary>
    public void Act()
    {
        Touch();
        Interlocked.Exchange(ref _acted, time.GetTimestamp());
    }

    /// <summary>
    /// Notes that the app works: it sends something, or uses the processor. Counts where a person has begun it, and no longer than
    /// that ago: an app that pushes by itself would never be idle else.
    /// </summary>
    public void Work(TimeSpan most)
    {
        if (LastAct is not 0 and var acted && time.GetElapsedTime(acted) <= most)
            Interlocked.Exchange(ref _worked, time.GetTimestamp());
    }

    /// <summary>True while a request of a person's is under way, such as an upload.</summary>
    public bool HasRequest => Volatile.Read(ref _requests) > 0;

    /// <summary>How long no person has done anything, nor the app worked for one; zero while <see cref="HasRequest"/>.</summary>
    public TimeSpan IdleFor() => HasRequest ? TimeSpan.Zero : time.GetElapsedTime(Math.Max(LastTouch, Interlocked.Read(ref _worked)));

    private ref int CountOf(InstanceUse use)
    {
        if (use is InstanceUse.Request)
            return ref _requests;
        return ref (use is InstanceUse.Socket ? ref _sockets : ref _polls);
    }
}
