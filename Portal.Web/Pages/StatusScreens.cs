using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Portal.Data;
using Portal.Web.Access;

namespace Portal.Web.Pages;

/// <summary>
/// The one translator between the portal and whoever asks. Whatever cannot be answered comes out of the pipeline as a
/// status of 400 or more without a body; here it becomes a page for people and problem details for programs.
/// An answer that was forwarded from an app is its own: the proxy turns <see cref="IStatusCodePagesFeature"/> off.
/// </summary>
internal static partial class StatusScreens
{
    /// <summary>Names the request in the portal's own answers of 400 and more, for programs; nobody standardized a header for it, all know this one.</summary>
    private const string RequestId = "X-Request-Id";

    public static IApplicationBuilder UseStatusScreens(this IApplicationBuilder app) =>
        app.UseStatusCodePages(AnswerAsync).UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = DatabaseAway.NoteAsync,
            StatusCodeSelector = exception => exception switch
            {
                BadHttpRequestException bad => bad.StatusCode,
                _ => DatabaseFault.In(exception) is null ? StatusCodes.Status500InternalServerError : StatusCodes.Status503ServiceUnavailable,
            },
            SuppressDiagnosticsCallback = failed => DatabaseFault.In(failed.Exception) is not null,
        });

    /// <summary>What a person reports and the log names, of one request.</summary>
    public static string TraceId(HttpContext context) =>
        Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier;

    private static async Task AnswerAsync(StatusCodeContext status)
    {
        var (context, response) = (status.HttpContext, status.HttpContext.Response);
        response.Headers[RequestId] = TraceId(context);
        if (!IsPerson(context))
        {
            await WriteProblemAsync(context);
            return;
        }

        var code = response.StatusCode;
        if (code is not StatusCodes.Status503ServiceUnavailable) // which mostly is an app that starts
            Log.Shown(context.RequestServices.GetRequiredService<ILogger<StatusModel>>(), context.FindClient()?.Address, code);
        await RenderAsync(status, Screen(context));
        if (response.HasStarted || response.ContentType is not null || response.StatusCode < 400) return;

        response.StatusCode = code;
        response.ContentType = "text/plain; charset=utf-8";
        await response.WriteAsync($"{code} {ReasonPhrases.GetReasonPhrase(code)}\n{TraceId(context)}\n");
    }

    /// <summary>Registered people read pages and send forms. Strangers were sent to a page of their own before.</summary>
    private static bool IsPerson(HttpContext context)
    {
        var (request, method) = (context.Request, context.Request.Method);
        return context.FindClient() is not null && request.WantsPage()
            && (HttpMethods.IsGet(method) || HttpMethods.IsHead(method)
                || (HttpMethods.IsPost(method) && request.HasFormContentType));
    }

    /// <summary>The path of the page that answers.</summary>
    private static string Screen(HttpContext context)
    {
        var path = context.Request.Path;
        return context.Response.StatusCode switch
        {
            502 or 503 when Slug(path) is { } slug => $"/launching/{slug}",
            _ => "/status",
        };
    }

    private static string? Slug(PathString path) =>
        path.StartsWithSegments("/app", StringComparison.Ordinal, out var rest) && rest.Value is { Length: > 1 } value ? value.Split('/')[1] : null;

    /// <summary>Runs the rest of the pipeline once more, at the path of a page; the status stays.</summary>
    private static async Task RenderAsync(StatusCodeContext status, string screen)
    {
        var (context, request) = (status.HttpContext, status.HttpContext.Request);
        var (path, query, method) = (request.Path, request.QueryString, request.Method);
        context.Features.Set<IStatusCodeReExecuteFeature>(new StatusCodeReExecuteFeature
        {
            OriginalPathBase = request.PathBase,
            OriginalPath = path,
            OriginalQueryString = query.Value,
            Endpoint = context.GetEndpoint(),
        });
        context.SetEndpoint(null);
        request.RouteValues.Clear();
        (request.Path, request.QueryString) = (screen, QueryString.Empty);
        if (HttpMethods.IsPost(method)) request.Method = HttpMethods.Get;
        try
        {
            await status.Next(context);
        }
        finally
        {
            (request.Path, request.QueryString, request.Method) = (path, query, method);
        }
    }

    private static Task WriteProblemAsync(HttpContext context)
    {
        var code = context.Response.StatusCode;
        context.Response.Headers.CacheControl = "no-store";
        var problem = new ProblemDetails { Type = "about:blank", Title = ReasonPhrases.GetReasonPhrase(code), Status = code };
        problem.Extensions["traceId"] = TraceId(context);
        return context.Response.WriteAsJsonAsync(
            problem, options: null, "application/problem+json", context.RequestAborted);
    }

    private static partial class Log
    {
        [LoggerMessage(4061, LogLevel.Information, "{Client} was shown the page for {Status}")]
        public static partial void Shown(ILogger logger, IPAddress? client, int status);
    }
}
