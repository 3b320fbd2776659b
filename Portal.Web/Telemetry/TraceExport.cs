using OpenTelemetry;
using OpenTelemetry.Trace;

namespace Portal.Web.Telemetry;

/// <summary>Sends spans to where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says; where it says nothing, nobody listens to them.</summary>
internal sealed class TraceExport : IDisposable
{
    /// <summary>The portal's, and the server's: one for each request.</summary>
    private static readonly string[] Sources = [Traces.SourceName, "Microsoft.AspNetCore"];

    private readonly TracerProvider? _provider;

    public TraceExport(IConfiguration configuration)
    {
        if (!OtlpSettings.AskFor(configuration))
            return;
        _provider = Sdk.CreateTracerProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(configuration))
            .ConfigureResource(resource => OtlpSettings.Describe(resource, configuration))
            .AddSource(Sources)
            .AddOtlpExporter()
            .Build();
    }

    /// <summary>Sends what is not sent yet.</summary>
    public void Dispose() => _provider?.Dispose();
}
