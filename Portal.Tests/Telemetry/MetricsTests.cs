using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Portal.Tests.Doubles;
using Portal.Web;
using Xunit;

namespace Portal.Tests.Telemetry;

/// <summary>
/// <c>/metrics</c>, read as strictly as Prometheus does. Alone: what other portals of the same process measure has the same names.
/// </summary>
[Collection(nameof(MetricsTests))]
public sealed partial class MetricsTests(PortalUnderTest portal) : IClassFixture<PortalUnderTest>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_goes_on_is_told_in_the_exposition_format_to_the_letter()
    {
        await portal.ClientFrom(PortalUnderTest.User).ProcessIdAsync();
        await AskFromAppAsync(portal);
        using var refused = await portal.ClientFrom(PortalUnderTest.Stranger).GetAsync(new Uri("/", UriKind.Relative), Cancelled);

        using var answer = await portal.ClientFrom(PortalUnderTest.Stranger).GetAsync(new Uri("/metrics", UriKind.Relative), Cancelled);
        var page = Page.Parse(await answer.Content.ReadAsStringAsync(Cancelled));

        Assert.Equal((HttpStatusCode.OK, "text/plain; version=0.0.4; charset=utf-8"), (answer.StatusCode, answer.Content.Headers.ContentType?.ToString()));
        Assert.Equal("gauge", page.Types["portal_instances"]);
        Assert.Equal(1, page.Value("portal_instances", """portal_app="stub",portal_instance_state="Ready" """.Trim()));
        Assert.Equal("histogram", page.Types["portal_launch_duration_seconds"]);
        Assert.InRange(page.Value("portal_launch_duration_seconds_count", """portal_app="stub" """.Trim()), 1, 1000);
        Assert.InRange(page.Value("portal_refusals_total", ""), 1, 1000);
        Assert.Equal(1, page.Value("portal_local_refusals_total", """error_type="App" """.Trim()));
        Assert.InRange(page.Value("portal_registrations", ""), 4, 1000);
        Assert.Contains("http_server_request_duration_seconds", page.Types.Keys, StringComparer.Ordinal);
        Assert.Contains("dotnet_gc_collections_total", page.Types.Keys, StringComparer.Ordinal);
    }

    [Fact]
    public async Task The_dashboard_asks_for_nothing_that_is_not_there()
    {
        await using var all = await PortalUnderTest.StartAsync(test => test.Apps = [new StubApp(), new StubApp("broken", "exits=1")]);
        var client = all.ClientFrom(PortalUnderTest.Admin);
        await client.ProcessIdAsync();
        await AskFromAppAsync(all);
        using var failed = await client.GetAsync(new Uri("/app/broken/", UriKind.Relative), Cancelled);
        var page = Page.Parse(await client.GetStringAsync(new Uri("/metrics", UriKind.Relative), Cancelled));
        var dashboard = await File.ReadAllTextAsync(Path.Combine(PortalPaths.Root, "docs/grafana/portal.json"), Cancelled);
        var asked = JsonElement.Parse(dashboard).GetProperty("panels").EnumerateArray()
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .SelectMany(target => Named().Matches(target.GetProperty("expr").GetString() ?? ""))
            .Select(name => Part().Replace(name.Value, "")).ToHashSet(StringComparer.Ordinal);

        Assert.InRange(asked.Count, 5, 100);
        Assert.Empty(asked.Except(page.Types.Keys, StringComparer.Ordinal));
    }

    private static async Task AskFromAppAsync(PortalUnderTest portal) =>
        Assert.Equal("403", await portal.ClientFrom(PortalUnderTest.User).GetStringAsync(
            new Uri(string.Create(CultureInfo.InvariantCulture, $"/app/stub/ask?port={portal.Port}&how=self"), UriKind.Relative), Cancelled));

    [GeneratedRegex(@"(?<!by \([a-z_, ]*)(portal|http_server)_[a-z_]+(?=[\[{)])", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Named();

    [GeneratedRegex("_(bucket|count|sum)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Part();

    /// <summary>Throws at the first thing that Prometheus would refuse or promtool complain of.</summary>
    private sealed partial class Page
    {
        private readonly Dictionary<(string Name, string Labels), double> _values = [];

        public Dictionary<string, string> Types { get; } = new(StringComparer.Ordinal);

        public double Value(string name, string labels) => _values[(name, labels)];

        public static Page Parse(string text)
        {
            Assert.EndsWith("\n", text, StringComparison.Ordinal);
            var (page, family) = (new Page(), "");
            foreach (var line in text[..^1].Split('\n'))
            {
                if (Help().Match(line) is { Success: true } help)
                {
                    family = help.Groups["name"].Value;
                    Assert.True(help.Groups["text"].Length > 0, line);
                }
                else if (Kind().Match(line) is { Success: true } kind)
                {
                    Assert.Equal(family, kind.Groups["name"].Value);
                    page.Types.Add(family, kind.Groups["kind"].Value);
                }
                else
                {
                    page.Add(family, line);
                }
            }

            page.CheckHistograms();
            return page;
        }

        private void Add(string family, string line)
        {
            var sample = Sample().Match(line);
            Assert.True(sample.Success, line);
            var (name, kind) = (sample.Groups["name"].Value, Types[family]);
            string[] expected = kind is "histogram" ? [family + "_bucket", family + "_sum", family + "_count"] : [family];
            Assert.Contains(name, expected, StringComparer.Ordinal);
            Assert.Equal(kind is "counter", family.EndsWith("_total", StringComparison.Ordinal));
            var value = double.Parse(sample.Groups["value"].Value.Replace("Inf", "Infinity", StringComparison.Ordinal), CultureInfo.InvariantCulture);
            _values.Add((name, sample.Groups["labels"].Value), value);
        }

        /// <summary>Buckets only grow, end at infinity, and that one holds them all.</summary>
        private void CheckHistograms()
        {
            foreach (var family in Types.Where(one => one.Value is "histogram").Select(one => one.Key))
            {
                var buckets = _values.Where(one => one.Key.Name.Equals(family + "_bucket", StringComparison.Ordinal))
                    .GroupBy(one => Limit().Replace(one.Key.Labels, ""), StringComparer.Ordinal);
                foreach (var series in buckets)
                {
                    var counts = series.Select(one => one.Value).ToList();
                    Assert.Equal(counts.Order(), counts);
                    Assert.Contains("le=\"+Inf\"", series.Last().Key.Labels, StringComparison.Ordinal);
                    Assert.Equal(counts[^1], _values[(family + "_count", series.Key)]);
                }
            }
        }

        [GeneratedRegex("^# HELP (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<text>.*)$", RegexOptions.ExplicitCapture, 1000)]
        private static partial Regex Help();

        [GeneratedRegex("^# TYPE (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<kind>counter|gauge|histogram)$", RegexOptions.ExplicitCapture, 1000)]
        private static partial Regex Kind();

        [GeneratedRegex(
            """^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>[a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\["\\n])*"(,[a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\["\\n])*")*)\})? (?<value>[-+]?([0-9.]+(E[-+]?[0-9]+)?|Inf)|NaN)$""",
            RegexOptions.ExplicitCapture, 1000)]
        private static partial Regex Sample();

        [GeneratedRegex(""",?le="[^"]*"$""", RegexOptions.ExplicitCapture, 1000)]
        private static partial Regex Limit();
    }
}

[CollectionDefinition(nameof(MetricsTests), DisableParallelization = true)]
public sealed class MetricsAlone;
