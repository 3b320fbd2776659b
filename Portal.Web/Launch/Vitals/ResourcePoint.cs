namespace Portal.Web.Launch.Vitals;

/// <summary>The most that an instance took within some seconds; see <see cref="Interval"/>.</summary>
/// <param name="At">When these seconds began.</param>
/// <param name="Private">Bytes, see <see cref="ResourceReading"/>.</param>
/// <param name="Processor">Of one core.</param>
public readonly record struct ResourcePoint(DateTimeOffset At, long Private, double Processor)
{
    /// <summary>How many points are kept.</summary>
    public const int Most = 60;

    /// <summary>From one point to the next.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>How far back the points go.</summary>
    public static readonly TimeSpan Span = Most * Interval;

    /// <summary>The points with one more reading, oldest first.</summary>
    internal static IReadOnlyList<ResourcePoint> With(IReadOnlyList<ResourcePoint> points, ResourceReading reading, DateTimeOffset now)
    {
        if (points.Count > 0 && points[^1] is var last && now - last.At < Interval)
        {
            var more = last with { Private = Math.Max(last.Private, reading.Private), Processor = Math.Max(last.Processor, reading.Processor) };
            return more == last ? points : [.. points.SkipLast(1), more];
        }

        return [.. points.Where(point => now - point.At < Span).TakeLast(Most - 1), new ResourcePoint(now, reading.Private, reading.Processor)];
    }
}
