using System.Globalization;
using System.Text;
using OpenTelemetry.Metrics;

namespace Portal.Web.Telemetry;

/// <summary>
/// Metrics as Prometheus reads them: https://prometheus.io/docs/instrumenting/exposition_formats/, version 0.0.4; names as
/// OpenTelemetry's specification turns its own into Prometheus's.
/// </summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Of(IEnumerable<Metric> metrics)
    {
        var text = new StringBuilder();
        foreach (var family in metrics.Where(metric => TypeOf(metric) is not null).GroupBy(NameOf, StringComparer.Ordinal))
        {
            var first = family.First();
            text.Append(CultureInfo.InvariantCulture, $"# HELP {family.Key} {Escape(first.Description, "\\\n")}\n");
            text.Append(CultureInfo.InvariantCulture, $"# TYPE {family.Key} {TypeOf(first)}\n");
            foreach (var metric in family)
            {
                foreach (ref readonly var point in metric.GetMetricPoints())
                    Write(text, family.Key, metric.MetricType, point);
            }
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, string name, MetricType type, in MetricPoint point)
    {
        var labels = LabelsOf(point);
        if (type is not MetricType.Histogram)
        {
            WriteLine(text, name, labels, ValueOf(point, type));
            return;
        }

        long count = 0;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            count += bucket.BucketCount;
            var limit = bucket.ExplicitBound is double.PositiveInfinity ? "+Inf" : Say(bucket.ExplicitBound);
            WriteLine(text, name + "_bucket", [.. labels, $"le=\"{limit}\""], Say(count));
        }

        WriteLine(text, name + "_sum", labels, Say(point.GetHistogramSum()));
        WriteLine(text, name + "_count", labels, Say(point.GetHistogramCount()));
    }

    private static void WriteLine(StringBuilder text, string name, List<string> labels, string value)
    {
        text.Append(name);
        if (labels.Count > 0)
            text.Append('{').AppendJoin(',', labels).Append('}');
        text.Append(' ').Append(value).Append('\n');
    }

    private static List<string> LabelsOf(in MetricPoint point)
    {
        var labels = new List<string>();
        foreach (var (key, value) in point.Tags)
            labels.Add($"{Plain(key)}=\"{Escape(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", "\\\n\"")}\"");
        return labels;
    }

    /// <summary>What Prometheus calls the kind of metric; null for one that it has no word for.</summary>
    private static string? TypeOf(Metric metric) => metric.MetricType switch
    {
        MetricType.LongSum or MetricType.DoubleSum => "counter",
        MetricType.LongGauge or MetricType.DoubleGauge or MetricType.LongSumNonMonotonic or MetricType.DoubleSumNonMonotonic => "gauge",
        MetricType.Histogram => "histogram",
        _ => null,
    };

    private static string ValueOf(in MetricPoint point, MetricType type) => type switch
    {
        MetricType.LongSum or MetricType.LongSumNonMonotonic => Say(point.GetSumLong()),
        MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => Say(point.GetSumDouble()),
        MetricType.LongGauge => Say(point.GetGaugeLastValueLong()),
        _ => Say(point.GetGaugeLastValueDouble()),
    };

    /// <summary>With the unit at its end, and <c>_total</c> for what only grows.</summary>
    private static string NameOf(Metric metric)
    {
        var name = Plain(metric.Name);
        var unit = metric.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        if (!name.EndsWith(unit, StringComparison.Ordinal))
            name += unit;
        return TypeOf(metric) is "counter" && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    private static string Plain(string name) =>
        string.Concat(name.Select((character, i) => char.IsAsciiLetter(character) || (i > 0 && char.IsAsciiDigit(character)) ? character : '_'));

    private static string Escape(string text, string characters)
    {
        foreach (var character in characters)
            text = text.Replace(character.ToString(), character is '\n' ? "\\n" : $"\\{character}", StringComparison.Ordinal);
        return text;
    }

    private static string Say(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static string Say(long value) => value.ToString(CultureInfo.InvariantCulture);
}
