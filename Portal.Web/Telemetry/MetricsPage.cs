using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Portal.Web.Telemetry;

/// <summary>Writes the page that Prometheus reads, whenever it is asked for.</summary>
internal sealed class MetricsPage : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TextExporter _exporter = new();

    public MetricsPage() => Reader = new BaseExportingMetricReader(_exporter);

    /// <summary>Collects what is measured; the meter provider owns it.</summary>
    public MetricReader Reader { get; }

    /// <summary>Returns everything as it stands at this moment.</summary>
    public string Write()
    {
        lock (_gate)
        {
            Reader.Collect();
            return _exporter.Text;
        }
    }

    public void Dispose() => Reader.Dispose();

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
