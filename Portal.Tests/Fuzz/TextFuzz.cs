using System.Diagnostics.Metrics;
using System.Text;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Portal.Web.Launch;
using Portal.Web.Proxy;
using Portal.Web.Telemetry;
using Xunit;

namespace Portal.Tests.Fuzz;

/// <summary>What is written from what others wrote: pages of apps, their logs, names in metrics.</summary>
public sealed partial class TextFuzz
{
    private static readonly Gen<string> Pages = Fuzzing.Of(
        "<html>", "<body>", "</body", "</BODY", "</html", "</HtMl", "</", "<", ">", " ", "\t", "\n", "\f", "/", "</bodyguard>", "<script>'</body>'</script>", "a", "é");

    [Fact]
    public void A_page_is_as_it_was_but_for_the_tag_before_its_end() => Fuzzing.Holds(Pages, text =>
    {
        var page = Encoding.UTF8.GetBytes(text);

        var tagged = HtmlPage.With("TAG"u8, page);

        var end = EndOfBody().Matches(text).LastOrDefault() ?? EndOfDocument().Matches(text).LastOrDefault();
        Assert.Equal(text.Insert(end?.Index ?? text.Length, "TAG"), Encoding.UTF8.GetString(tagged));
    }, 10_000);

    [Fact]
    public void A_page_of_noise_is_left_alone() => Fuzzing.Holds(Fuzzing.Noise, page =>
    {
        var tagged = HtmlPage.With("TAG"u8, page);
        var at = tagged.AsSpan().LastIndexOf("TAG"u8);

        Assert.Equal(page, (byte[])[.. tagged[..at], .. tagged[(at + 3)..]]);
    }, 5000);

    [Fact]
    public void A_log_is_shown_without_a_letter_that_could_do_harm() => Fuzzing.Holds(
        Gen.OneOf(Fuzzing.Texts.Select(Encoding.UTF8.GetBytes), Fuzzing.Noise, Fuzzing.Texts.Zip(Gen.Choose(1990, 2010)).Select(both => Encoding.UTF8.GetBytes(new string('x', both.Item2) + both.Item1))), bytes =>
        {
            var shown = LogText.Read(bytes);

            Assert.DoesNotContain(shown, letter => (char.IsControl(letter) && letter is not ('\t' or '\n')) || letter is '\u202e' or '\u2066' or '\u2028' or '\ufeff');
            Assert.All(shown.Split('\n'), line => Assert.InRange(line.Length, 0, LogText.LongestLine + 1));
            Assert.Equal(shown, LogText.Read(Encoding.UTF8.GetBytes(shown)));
            Assert.InRange(shown.Count(letter => letter is '\n'), 0, bytes.Count(one => one is (byte)'\n'));
        }, 5000);

    [Fact]
    public void Names_in_metrics_cannot_break_out_of_their_place() => Fuzzing.Holds(Fuzzing.Texts.Two().NonEmptyListOf(), texts =>
    {
        var names = texts.Select(both => WellFormed(both.Item1)).Distinct(StringComparer.Ordinal).ToList();
        var description = WellFormed(texts[0].Item2);
        var exporter = new Lines();
        using var meter = new Meter($"fuzz-{Guid.NewGuid():N}");
        using var reader = new BaseExportingMetricReader(exporter);
        using var provider = Sdk.CreateMeterProviderBuilder().AddMeter(meter.Name).AddReader(reader).Build();
        var counter = meter.CreateCounter<long>("fuzz", null, description);
        foreach (var name in names)
            counter.Add(names.IndexOf(name) + 1, new KeyValuePair<string, object?>("who", name));

        reader.Collect();

        var lines = exporter.Text.Split('\n');
        Assert.Equal($"# HELP fuzz_total {description.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}", lines[0]);
        var samples = lines[2..^1].Select(Read).ToDictionary(sample => sample.Who, sample => sample.Count, StringComparer.Ordinal);
        Assert.Equal(names.Index().ToDictionary(one => one.Item, one => $"{one.Index + 1}", StringComparer.Ordinal), samples);
    }, 100);

    /// <summary>A line as Prometheus reads it: what the label says, and the number after it.</summary>
    private static (string Who, string Count) Read(string line)
    {
        const string Head = "fuzz_total{who=\"";
        Assert.StartsWith(Head, line, StringComparison.Ordinal);
        var label = new StringBuilder();
        var at = Head.Length;
        for (; line[at] is not '"'; at++)
            label.Append(line[at] is not '\\' ? line[at] : line[++at] is 'n' ? '\n' : line[at]);
        Assert.StartsWith("\"} ", line[at..], StringComparison.Ordinal);
        return (label.ToString(), line[(at + 3)..]);
    }

    private static string WellFormed(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    [GeneratedRegex("</body[> \t\r\n]", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex EndOfBody();

    [GeneratedRegex("</html[> \t\r\n]", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex EndOfDocument();

    private sealed class Lines : BaseExporter<Metric>
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
