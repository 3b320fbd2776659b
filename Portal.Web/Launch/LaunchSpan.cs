using System.Diagnostics;
using Portal.Web.Launch.Prefork;
using Portal.Web.Launch.Processes;

namespace Portal.Web.Launch;

/// <summary>
/// One launch as a span, a child of the request that began it, so that the number of that request leads to the launch, in
/// traces and in the log. It is there without a listener too, as the log has the number from it.
/// </summary>
internal sealed class LaunchSpan
{
    private const string Mode = "portal.launch.mode", Result = "portal.launch.result";

    private readonly Activity _span;

    private LaunchSpan(Activity span) => _span = span;

    /// <summary>Begins; whoever asks goes on in their own span.</summary>
    public static LaunchSpan Begin(InstanceKey key)
    {
        var asker = Activity.Current;

        // Else it would come back when the launch ends, and stay with the instance for life.
        Activity.Current = null;
        try
        {
            var span = Traces.Source.StartActivity("launch", ActivityKind.Internal, asker?.Context ?? default) ?? Unheard(asker);
            return new LaunchSpan(span.SetTag(Traces.App, key.Slug).SetTag(Traces.Client, key.Client.ToString()));
        }
        finally
        {
            Activity.Current = asker;
        }
    }

    /// <summary>What follows in the caller's flow is of this launch.</summary>
    public void Enter() => Activity.Current = _span;

    /// <summary>Links the request that is under way here with the launch, where another one began it.</summary>
    public void Link()
    {
        if (Activity.Current is { IsAllDataRequested: true } asker && asker.TraceId != _span.TraceId)
            asker.AddLink(new ActivityLink(_span.Context));
    }

    public void Started(IInstanceProcess process) => _span.SetTag(Mode, process is ForkedProcess ? "prefork" : "direct");

    /// <summary>Ends it.</summary>
    public void Ready()
    {
        _span.SetTag(Result, "ready");
        _span.Stop();
    }

    /// <summary>Ends it, unless it has ended before.</summary>
    public void Fail(LaunchFailure why)
    {
        if (_span.IsStopped)
            return;
        _span.SetTag(Result, why.IsStop ? "stopped" : "failed");
        if (!why.IsStop)
            _span.Fail(why.Reason.ToString(), why.Detail);
        _span.Stop();
    }

    private static Activity Unheard(Activity? asker)
    {
        var span = new Activity("launch");
        if (asker is { IdFormat: ActivityIdFormat.W3C })
            span.SetParentId(asker.TraceId, asker.SpanId, asker.ActivityTraceFlags);
        return span.Start();
    }
}
