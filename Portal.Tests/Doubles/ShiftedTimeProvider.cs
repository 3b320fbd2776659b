using System.Diagnostics;

namespace Portal.Tests.Doubles;

/// <summary>The system's clock: a test can let time pass, or set the clock alone as an operator does. Timers take their real time.</summary>
internal sealed class ShiftedTimeProvider : TimeProvider
{
    private long _shift;
    private long _jump;

    /// <summary>As many to a second as a <see cref="TimeSpan"/> has.</summary>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _shift) + Interlocked.Read(ref _jump));

    public override long GetTimestamp() => Stopwatch.GetElapsedTime(0).Ticks + Interlocked.Read(ref _shift);

    /// <summary>Lets so much time pass.</summary>
    public void Shift(TimeSpan by) => Interlocked.Add(ref _shift, by.Ticks);

    /// <summary>Sets the clock; no time passes.</summary>
    public void Jump(TimeSpan by) => Interlocked.Add(ref _jump, by.Ticks);
}
