namespace Portal.Web.Launch;

/// <summary>Whether anybody uses an instance. Counts without locks; one is shared by all its requests.</summary>
internal sealed class InstanceUsage(TimeProvider time)
{
    private int _live;
    private long _lastActivity = time.GetUtcNow().UtcTicks;

    /// <summary>Requests and WebSockets in flight.</summary>
    public int Live => Volatile.Read(ref _live);

    public DateTimeOffset LastActivity => new(Interlocked.Read(ref _lastActivity), TimeSpan.Zero);

    public void Enter()
    {
        Interlocked.Increment(ref _live);
        Touch();
    }

    public void Leave()
    {
        Touch();
        Interlocked.Decrement(ref _live);
    }

    /// <summary>How long nobody has been connected; zero while somebody is.</summary>
    public TimeSpan IdleFor(DateTimeOffset now) => Live > 0 ? TimeSpan.Zero : now - LastActivity;

    private void Touch() => Interlocked.Exchange(ref _lastActivity, time.GetUtcNow().UtcTicks);
}
