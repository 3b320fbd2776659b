using OpenTelemetry.Resources;

namespace Portal.Web.Telemetry;

/// <summary>What the configuration says of a collector: the variables of OpenTelemetry's specification, wherever they are set.</summary>
internal static class OtlpSettings
{
    /// <summary>Whether there is one.</summary>
    public static bool AskFor(IConfiguration configuration) => configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 };

    /// <summary>Who sends: <c>portal</c>, unless it is told otherwise.</summary>
    public static void Describe(ResourceBuilder resource, IConfiguration configuration) =>
        resource.AddService(configuration["OTEL_SERVICE_NAME"] is { Length: > 0 } name ? name : "portal");
}
