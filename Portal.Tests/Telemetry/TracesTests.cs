using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Portal.Tests.Doubles;
using Xunit;

namespace Portal.Tests.Telemetry;

/// <summary>Launches and requests as spans, with real launches.</summary>
public sealed class TracesTests : IDisposable
{
    private const string Server = "Microsoft.AspNetCore.Hosting.HttpRequestIn";

    private readonly SpanRecorder _spans = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static string Streamlit { get; } = StreamlitVersion.PythonOf(StreamlitVersion.Current);

    public void Dispose() => _spans.Dispose();

    [Theory]
    [InlineData("Direct", "direct")]
    [InlineData("Prefork", "prefork")]
    public async Task A_launch_is_a_part_of_the_request_that_began_it_and_has_its_own_parts(string mode, string told)
    {
        var slug = $"traced-{told}";
        await using var portal = await PortalUnderTest.StartAsync(test =>
        {
            File.WriteAllText(test.Ground.Script, "import streamlit as st\nst.write('hello')");
            test.Apps = [mode is "Prefork" ? new StubApp(slug) { Python = Streamlit } : new StubApp(slug)];
            test.Settings["Portal:Launch:Mode"] = mode;
        });

        using var answer = await portal.ClientFrom(PortalUnderTest.User).GetAsync(new Uri($"/app/{slug}/_stcore/health", UriKind.Relative), Cancelled);
        var launch = await _spans.EndedAsync("launch", slug);
        var request = await _spans.EndedAsync(Server, launch.TraceId);
        var forward = await _spans.EndedAsync("forward", slug);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal((request.SpanId, request.TraceId, request.SpanId), (launch.ParentSpanId, forward.TraceId, forward.ParentSpanId));
        Assert.Equal(
            (PortalUnderTest.User, told, "ready", ActivityStatusCode.Unset),
            (launch.GetTagItem("client.address"), launch.GetTagItem("portal.launch.mode"), launch.GetTagItem("portal.launch.result"), launch.Status));
        var parts = _spans.Of(launch.TraceId.ToHexString()).Where(span => span.ParentSpanId == launch.SpanId).OrderBy(span => span.StartTimeUtc);
        Assert.Equal(["queue", "spawn", "ready"], parts.Select(span => span.OperationName), StringComparer.Ordinal);
        Assert.Equal(200, forward.GetTagItem("http.response.status_code"));
        Assert.Equal(("GET /app/{slug}/{**rest}", PortalUnderTest.User), (request.DisplayName, request.GetTagItem("client.address")));
    }

    [Fact]
    public async Task A_launch_that_failed_says_why_and_who_meets_it_later_is_led_to_it()
    {
        await using var portal = await PortalUnderTest.StartAsync(test => test.Apps = [new StubApp("traced-broken", "exits=1")]);

        var first = await AskAsync(portal, "/app/traced-broken/");
        var launch = await _spans.EndedAsync("launch", "traced-broken");
        var second = await AskAsync(portal, "/app/traced-broken/");
        var request = await _spans.EndedAsync(Server, ActivityTraceId.CreateFromString(second));

        Assert.Equal(first, launch.TraceId.ToHexString());
        Assert.Equal((ActivityStatusCode.Error, "Exited", "failed"), (launch.Status, launch.GetTagItem("error.type"), launch.GetTagItem("portal.launch.result")));
        Assert.NotEqual(first, second, StringComparer.Ordinal);
        Assert.Equal(launch.SpanId, Assert.Single(request.Links).Context.SpanId);
        Assert.Equal((ActivityStatusCode.Error, "GET /app/{slug}/{**rest}"), (request.Status, request.DisplayName));
    }

    [Theory]
    [InlineData("")]
    [InlineData("http://127.0.0.1:9")]
    public async Task A_number_from_outside_is_not_taken_over(string collector)
    {
        const string Theirs = "4bf92f3577b34da6a3ce929d0e0e4736";
        await using var portal = await PortalUnderTest.StartAsync(test =>
        {
            test.Apps = [new StubApp("traced-foreign")];
            test.Settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector;
        });

        var own = await AskAsync(portal, "/app/nowhere/", ("traceparent", $"00-{Theirs}-00f067aa0ba902b7-01"), ("X-Request-Id", Theirs), ("Request-Id", $"|{Theirs}.1."));

        Assert.Matches("^[0-9a-f]{32}$", own);
        Assert.NotEqual(Theirs, own, StringComparer.Ordinal);
        var request = await _spans.EndedAsync(Server, ActivityTraceId.CreateFromString(own));
        Assert.Equal(default, request.ParentSpanId);
    }

    [Fact]
    public async Task Spans_go_where_OTLP_is_asked_for()
    {
        await using var collector = new Collector();
        await collector.StartAsync();
        await using var portal = await PortalUnderTest.StartAsync(test =>
        {
            test.Apps = [new StubApp("traced-otlp")];
            test.Settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url;
            test.Settings["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
            test.Settings["OTEL_BSP_SCHEDULE_DELAY"] = "100";
        });

        using var answer = await portal.ClientFrom(PortalUnderTest.User).GetAsync(new Uri("/app/traced-otlp/echo", UriKind.Relative), Cancelled);

        await Eventually.TrueAsync(() => collector.HasHeard("/v1/traces", "service.name", "portal", "launch", "traced-otlp", PortalUnderTest.User, "GET /app/{slug}/{**rest}"));
    }

    /// <summary>The number of an answer that is an error.</summary>
    private static async Task<string> AskAsync(PortalUnderTest portal, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Sec-Fetch-Dest", "empty");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await portal.ClientFrom(PortalUnderTest.User).SendAsync(request, Cancelled);
        var problem = JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancelled));
        var number = Assert.Single(answer.Headers.GetValues("X-Request-Id"));
        Assert.Equal(number, problem.GetProperty("traceId").GetString());
        return number;
    }

    /// <summary>Takes what is sent to it by HTTP, and reads the texts in it: protobuf has them as they are.</summary>
    private sealed class Collector : IAsyncDisposable
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<(string Path, string Body)> _heard = new();
        private readonly WebApplication _app;

        public Collector()
        {
            var builder = WebApplication.CreateEmptyBuilder(new());
            builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
            _app = builder.Build();
            _app.Run(async http =>
            {
                using var body = new MemoryStream();
                await http.Request.Body.CopyToAsync(body, http.RequestAborted);
                _heard.Enqueue((http.Request.Path, Encoding.Latin1.GetString(body.ToArray())));
            });
        }

        public string Url => _app.Urls.Single();

        public Task StartAsync() => _app.StartAsync(Cancelled);

        public bool HasHeard(string path, params string[] words) =>
            words.All(word => _heard.Any(one => string.Equals(one.Path, path, StringComparison.Ordinal) && one.Body.Contains(word, StringComparison.Ordinal)));

        public ValueTask DisposeAsync() => _app.DisposeAsync();
    }
}
