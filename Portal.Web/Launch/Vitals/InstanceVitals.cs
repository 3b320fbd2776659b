using System.Diagnostics.CodeAnalysis;

namespace Portal.Web.Launch.Vitals;

/// <summary>What is known of how a running instance is. Written by its watch, read at any time.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The token source has no timer; nothing of it outlives the instance.")]
internal sealed class InstanceVitals(TimeProvider time)
{
    /// <summary>One may be missed because the portal itself, or the whole machine, stood still.</summary>
    private const int FewestMisses = 2;

    private volatile ResourceReading? _resources;
    private volatile IReadOnlyList<ResourcePoint> _history = [];
    private volatile CancellationTokenSource _unresponsive = new();
    private long _askedAt;
    private int _misses;

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
    public void Answered()
    {
        Interlocked.Exchange(ref _askedAt, 0);
        Interlocked.Exchange(ref _misses, 0);
        if (IsUnresponsive)
            _unresponsive = new CancellationTokenSource();
    }

    /// <summary>Notes that a question for its health was not answered in time.</summary>
    public void Missed() => Interlocked.Increment(ref _misses);

    /// <summary>True while it is known not to answer.</summary>
    public bool IsUnresponsive => _unresponsive.IsCancellationRequested;

    /// <summary>Cancelled as soon as it is known not to answer. There is another token once it answers again.</summary>
    public CancellationToken Unresponsive => _unresponsive.Token;

    /// <summary>Decides whether it is unresponsive: it has missed more than one question, and not answered for that long.</summary>
    public void Judge(TimeSpan longestSilence)
    {
        if (!IsUnresponsive && SilentFor() > longestSilence && Volatile.Read(ref _misses) >= FewestMisses)
            _ = _unresponsive.CancelAsync();
    }

    /// <summary>How long it has not answered; zero while no answer is due.</summary>
    public TimeSpan SilentFor() =>
        Interlocked.Read(ref _askedAt) is > 0 and var asked ? time.GetElapsedTime(asked) : TimeSpan.Zero;
}
