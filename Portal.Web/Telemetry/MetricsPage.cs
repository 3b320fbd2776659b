using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Portal.Web.Telemetry;

/// <summary>
/// Adds up what is measured, by OpenTelemetry's own rules, and writes it down when it is asked for. Where
/// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set it is sent there as well.
/// </summary>
internal sealed class MetricsPage : IDisposable
{
    /// <summary>The portal's, and what server and runtime measure of themselves.</summary>
    private static readonly string[] Meters =
        [PortalMetrics.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];

    private readonly Lock _gate = new();
    private readonly TextExporter _exporter = new();
    private readonly BaseExportingMetricReader _reader;
    private readonly MeterProvider _provider;

    /// <param name="own">Made before it is asked for anything.</param>
    public MetricsPage(PortalMetrics own, IConfiguration configuration)
    {
        _ = own;
        _reader = new BaseExportingMetricReader(_exporter);
        var builder = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(configuration))
            .ConfigureResource(resource => OtlpSettings.Describe(resource, configuration))
            .AddMeter(Meters).AddReader(_reader);
        if (OtlpSettings.AskFor(configuration))
            builder.AddOtlpExporter();
        _provider = builder.Build();
    }

    /// <summary>Everything as it stands at this moment.</summary>
    public string Write()
    {
        lock (_gate)
        {
            _reader.Collect();
            return _exporter.Text;
        }
    }

    public void Dispose() => _provider.Dispose();

    private sealed class TextExporter : BaseExporter<Metric>
    {
        public string Text { get; private set; } = "";

        public override ExportResult Export(in Batch<Metric> batch)
        {
            var metrics = new List<Metric>();
            foreach (var metric in batch)
                metrics.Add(metric);
            Text = PrometheusText.Of(metrics);
            return ExportResult.Success;
        }
    }
}
