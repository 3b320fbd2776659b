using System.Collections.Concurrent;
using System.Diagnostics;
using Portal.Web;

namespace Portal.Tests.Telemetry;

/// <summary>Listens to every span of the server's and the portal's in this process, those of other tests too.</summary>
internal sealed class SpanRecorder : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;

    public SpanRecorder()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is Traces.SourceName or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>The spans of one request that have ended.</summary>
    public IReadOnlyList<Activity> Of(string traceId) =>
        [.. _ended.Where(span => string.Equals(span.TraceId.ToHexString(), traceId, StringComparison.Ordinal))];

    /// <summary>The span of that name that concerns the app, once it has ended.</summary>
    public async Task<Activity> EndedAsync(string name, string app)
    {
        Activity? found = null;
        await Eventually.TrueAsync(() => (found = _ended.FirstOrDefault(span => Is(span, name) && Equals(span.GetTagItem(Traces.App), app))) is not null);
        return found ?? throw new InvalidOperationException("It was there a moment ago.");
    }

    /// <summary>The span of that name in a request, once it has ended.</summary>
    public async Task<Activity> EndedAsync(string name, ActivityTraceId request)
    {
        await Eventually.TrueAsync(() => Of(request.ToHexString()).Any(span => Is(span, name)));
        return Of(request.ToHexString()).First(span => Is(span, name));
    }

    public void Dispose() => _listener.Dispose();

    private static bool Is(Activity span, string name) => string.Equals(span.OperationName, name, StringComparison.Ordinal);
}
