using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.Extensions.Logging.Console;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Portal.Web.Access;

namespace Portal.Web.Telemetry;

/// <summary>What the portal tells programs of itself.</summary>
internal static class TelemetrySetup
{
    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<PortalMetrics>();
        services.AddSingleton<MetricsPage>();
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => OtlpSettings.Describe(resource, configuration))
            .WithMetrics(metrics => metrics
                .AddMeter(PortalMetrics.MeterName)
                .AddAspNetCoreInstrumentation().AddRuntimeInstrumentation()
                .AddReader(services => services.GetRequiredService<MetricsPage>().Reader));
        if (OtlpSettings.AskFor(configuration))
        {
            // The server's spans come from the server. OpenTelemetry's instrumentation of ASP.NET Core would read traceparent
            // by itself, past NoPropagation, and record addresses with their query (ADR 16).
            telemetry.WithMetrics(metrics => metrics.AddOtlpExporter())
                .WithTracing(traces => traces.AddSource(Traces.SourceName, "Microsoft.AspNetCore").AddOtlpExporter());
        }

        services.AddSingleton<LoggerFactory>();
        services.AddSingleton<ILoggerFactory, ServerLog>();
        services.AddSingleton<DistributedContextPropagator, NoPropagation>();
        services.Configure<JsonConsoleFormatterOptions>(json =>
        {
            json.IncludeScopes = true;
            json.UseUtcTimestamp = true;
            json.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

            // Korean labels as they are, not as numbers.
            json.JsonWriterOptions = json.JsonWriterOptions with { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };
        });
        services.Configure<SimpleConsoleFormatterOptions>(simple =>
        {
            simple.SingleLine = true;
            simple.TimestampFormat = "HH:mm:ss ";
        });
        return services;
    }

    /// <summary>Spans of requests, from here on inwards.</summary>
    public static void UseTraces(this IApplicationBuilder app) => app.Use(RequestSpans.NoteAsync);

    /// <summary><c>/metrics</c>, for this machine and the networks that may ask for the portal's health.</summary>
    public static void MapMetrics(this IEndpointRouteBuilder routes)
    {
        // Not by OpenTelemetry, which makes it before the configuration is validated.
        _ = routes.ServiceProvider.GetRequiredService<PortalMetrics>();
        var page = routes.ServiceProvider.GetRequiredService<MetricsPage>();
        routes.MapGet("/metrics", () => Results.Text(page.Write(), PrometheusText.ContentType)).RequireAuthorization(AccessSetup.HealthPolicy);
    }
}
