namespace Portal.Web.Launch.Vitals;

/// <summary>What is known of how a running instance is. Written by its watch, read at any time.</summary>
internal sealed class InstanceVitals(TimeProvider time)
{
    private volatile ResourceReading? _resources;
    private volatile IReadOnlyList<ResourcePoint> _history = [];
    private long _askedAt;

    /// <summary>The last reading; null before the first.</summary>
    public ResourceReading? Resources => _resources;

    /// <summary>What it took over the last minutes, oldest first.</summary>
    public IReadOnlyList<ResourcePoint> History => _history;

    /// <summary>Notes a reading.</summary>
    public void Took(ResourceReading reading, DateTimeOffset now)
    {
        _history = ResourcePoint.With(_history, reading, now);
        _resources = reading;
    }

    /// <summary>Notes that it was asked for its health. The first question without an answer counts.</summary>
    public void Asked() => Interlocked.CompareExchange(ref _askedAt, time.GetTimestamp(), 0);

    /// <summary>Notes that it is well.</summary>
    public void Answered() => Interlocked.Exchange(ref _askedAt, 0);

    /// <summary>How long it has not answered; zero while no answer is due.</summary>
    public TimeSpan SilentFor() =>
        Interlocked.Read(ref _askedAt) is > 0 and var asked ? time.GetElapsedTime(asked) : TimeSpan.Zero;
}
