using System.Diagnostics.Metrics;
using Portal.Web.Access;
using Portal.Web.Audit;
using Portal.Web.Launch;
using Portal.Web.Proxy;

namespace Portal.Web.Telemetry;

/// <summary>What the portal counts and measures of itself. Names follow OpenTelemetry's conventions.</summary>
internal sealed class PortalMetrics : IDisposable
{
    public const string MeterName = "Portal";

    private const string App = "portal.app", State = "portal.instance.state", Error = "error.type";

    private readonly Meter _meter;
    private readonly LaunchEvents _events;
    private readonly Histogram<double> _launches;
    private readonly Counter<long> _failures;

    public PortalMetrics(IMeterFactory meters, Supervisor supervisor, LaunchEvents events, Refusals refusals, RegistryAccess access, InstanceGate gate)
    {
        _meter = meters.Create(MeterName);
        _events = events;
        _launches = _meter.CreateHistogram(
            "portal.launch.duration", "s", "From the first request for an instance until it is ready.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] });
        _failures = _meter.CreateCounter<long>("portal.launch.failures", "{launch}", "Launches that came to nothing, by reason.");
        _meter.CreateObservableGauge(
            "portal.instances", () => supervisor.List()
                .GroupBy(one => (one.App.Slug, one.State))
                .Select(group => new Measurement<int>(group.Count(), new(App, group.Key.Slug), new(State, group.Key.State.ToString()))),
            "{instance}", "Instances by app and state.");
        _meter.CreateObservableGauge(
            "portal.connections", () => Sum(supervisor, one => one.LiveConnections),
            "{connection}", "Requests and WebSockets under way to apps.");
        _meter.CreateObservableGauge(
            "portal.instances.memory", () => Sum(supervisor, one => one.Resources?.Private ?? 0),
            "By", "Memory that would be free without the instances.");
        _meter.CreateObservableCounter(
            "portal.refusals", () => refusals.Total, "{request}", "Requests of addresses that are not registered.");
        _meter.CreateObservableCounter(
            "portal.local.refusals", () => gate.Refused.Select(one => new Measurement<long>(one.Value, new KeyValuePair<string, object?>(Error, one.Key.ToString()))),
            "{connection}", "Connections of this machine with itself that were refused, by reason.");
        _meter.CreateObservableGauge("portal.registrations", () => access.Table.Count, "{registration}", "Rows of the registry in force.");
        events.Noted += Count;
    }

    public void Dispose()
    {
        _events.Noted -= Count;
        _meter.Dispose();
    }

    private static IEnumerable<Measurement<long>> Sum(Supervisor supervisor, Func<InstanceStatus, long> value) => supervisor.List()
        .GroupBy(one => one.App.Slug, value, StringComparer.Ordinal)
        .Select(group => new Measurement<long>(group.Sum(), new KeyValuePair<string, object?>(App, group.Key)));

    private void Count(LaunchNote note)
    {
        if (note.Took is { } took)
            _launches.Record(took.TotalSeconds, new KeyValuePair<string, object?>(App, note.Instance.Slug));
        if (note.Failure is { } reason)
            _failures.Add(1, new(App, note.Instance.Slug), new(Error, reason.ToString()));
    }
}
