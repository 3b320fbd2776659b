using System.Diagnostics;

namespace Portal.Web;

/// <summary>
/// The portal's own spans; ADR 16 says which. Their tags are named by OpenTelemetry's conventions as far as these go. Where
/// nobody listens <see cref="ActivitySource.StartActivity(string, ActivityKind)"/> answers null and costs nothing.
/// </summary>
internal static class Traces
{
    public const string SourceName = "Portal";

    /// <summary>Names of tags.</summary>
    public const string App = "portal.app", Client = "client.address", Status = "http.response.status_code", Error = "error.type";

    public static ActivitySource Source { get; } = new(SourceName);

    /// <summary>Marks the span as failed, and by what.</summary>
    public static void Fail(this Activity span, string error, string? detail = null) =>
        span.SetTag(Error, error).SetStatus(ActivityStatusCode.Error, detail);
}
