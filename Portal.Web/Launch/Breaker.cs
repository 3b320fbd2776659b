namespace Portal.Web.Launch;

/// <summary>
/// What an instance failed by, and from when on another is tried in its place. An app that keeps crashing is tried less
/// and less often: see <see cref="Backoff"/>. Read at any time, written by the flow of the instance.
/// </summary>
/// <param name="crashes">In a row, of the instances that this one replaces.</param>
internal sealed class Breaker(int crashes, TimeProvider time)
{
    private volatile LaunchFailure? _failure;
    private volatile bool _isForgiven;
    private volatile bool _isTold;
    private volatile int _crashes = crashes;
    private long _failedAt;

    /// <summary>Set once the launch came to nothing, or the instance was stopped or crashed again.</summary>
    public LaunchFailure? Failure => _failure;

    /// <summary>In a row, this one included.</summary>
    public int Crashes => _crashes;

    /// <summary>From when on a visit tries again; null where nothing has failed.</summary>
    public DateTimeOffset? RetryAt => _failure is { } known ? time.GetUtcNow() + (PauseAfter(known) - SinceFailure) : null;

    /// <summary>
    /// True where a visit tries again: the failure is old enough or was forgiven, and if it was the app's, somebody was
    /// told of it. Nobody shall wait for an app that fails each time without being told.
    /// </summary>
    public bool MayBeRetried() =>
        _isForgiven || (_failure is { } known && SinceFailure >= PauseAfter(known) && (_isTold || known.IsPassing));

    /// <summary>True once a failure is old enough for nobody to be interested.</summary>
    public bool MayBeForgotten() => _failure is { } known && SinceFailure >= known.Retention;

    /// <summary>Notes that a person was told of the failure.</summary>
    public void Told() => _isTold = true;

    /// <summary>Lets a visit try again at once, and forgets the crashes before.</summary>
    public void Forgive()
    {
        _crashes = 0;
        _isForgiven = true;
    }

    /// <summary>Counts the end of an instance that had been ready; the first crash after a good while is forgiven.</summary>
    public void CountCrash(TimeSpan ranFor) => _crashes = ranFor < Backoff.Stable ? _crashes + 1 : 1;

    public void Fail(LaunchFailure why)
    {
        if (why.IsOfTheApp)
            _crashes++;

        Interlocked.Exchange(ref _failedAt, time.GetTimestamp());
        _failure = why;
    }

    private TimeSpan SinceFailure => time.GetElapsedTime(Interlocked.Read(ref _failedAt));

    private TimeSpan PauseAfter(LaunchFailure failure) => failure switch
    {
        { IsStop: true } => TimeSpan.Zero,
        { IsPassing: true } => Backoff.After(1),
        _ => Backoff.After(_crashes),
    };
}
