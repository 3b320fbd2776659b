using System.Diagnostics;

namespace Portal.Web.Telemetry;

/// <summary>
/// Takes no number of a request over from whoever sends it (<c>traceparent</c>), nor hands one on: else a client could give
/// theirs the number of another's, and decide what is recorded.
/// </summary>
internal sealed class NoPropagation : DistributedContextPropagator
{
    public override IReadOnlyCollection<string> Fields => [];

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter)
    {
        // Nothing leaves the portal.
    }

    public override void ExtractTraceIdAndState(
        object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState) => traceId = traceState = null;

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => null;
}
