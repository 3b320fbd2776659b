using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;
using Portal.Web.Access;
using Portal.Web.Launch;
using Yarp.ReverseProxy.Forwarder;

namespace Portal.Web.Proxy;

/// <summary>
/// Everything under <c>/app/{slug}/</c>:
/// <code>
/// (1) whose app? ──► (2) is it running? ──► (3) forward ──► its answer
///      └── 404            └── 503, 502           └── 502
/// </code>
/// What it cannot answer it leaves as a bare status, which becomes a page for people and a problem for programs.
/// </summary>
internal sealed partial class AppEndpoint(
    AppCatalog apps, Supervisor supervisor, LiveConnections connections, AppConnector connector, PageTransformer pages,
    IHttpForwarder forwarder, IOptions<ProxyOptions> options, IOptions<LaunchOptions> launches, TimeProvider time, ILogger<AppEndpoint> logger)
{
    private const string Root = "/app/";

    private static readonly AppTransformer Transformer = new();

    /// <summary>What metrics and traces name these requests by.</summary>
    private static readonly Endpoint Endpoint = new RouteEndpoint(
        _ => Task.CompletedTask, RoutePatternFactory.Parse("/app/{slug}/{**rest}"), order: 0, EndpointMetadataCollection.Empty, "An app");

    // Longer than any pause of a stream that is alive. Streamlit pings its sockets every 1 to 30 s.
    private static readonly ForwarderRequestConfig Forwarding = new() { ActivityTimeout = TimeSpan.FromHours(1) };

    // Time in which the app itself does not read is not counted. Who sends less holds a connection for nothing.
    private static readonly MinDataRate SlowestUpload = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(30));

    // A process's connections break before its end is reported: by milliseconds, for an adopted one by a tenth of a second,
    // on a very busy machine by more.
    private static readonly TimeSpan EndNotice = TimeSpan.FromSeconds(2);

    /// <summary>The path that an app lives under, as its own links have to begin: <c>/app/feature-manager</c>.</summary>
    public static string PrefixOf(HttpRequest request)
    {
        var path = request.Path.Value ?? "";
        var end = path.IndexOf('/', Math.Min(Root.Length, path.Length));
        return end < 0 ? path : path[..end];
    }

    /// <summary>The part of <see cref="PrefixOf"/> that names the app; nothing for an address outside of <c>/app/</c>.</summary>
    public static string SlugOf(HttpRequest request) =>
        PrefixOf(request) is var prefix && prefix.StartsWith(Root, StringComparison.Ordinal) ? prefix[Root.Length..] : "";

    /// <summary>True below <c>/app/</c>.</summary>
    public static bool IsFor(HttpRequest request) =>
        request.Path.Value is { } path && path.Length > Root.Length && path.StartsWith(Root, StringComparison.Ordinal);

    public Task HandleAsync(HttpContext http, ClientIdentity client)
    {
        http.SetEndpoint(Endpoint);
        if (FindApp(http.Request, client) is not { } app) // (1)
            return Leave(http, StatusCodes.Status404NotFound);
        if (!IsForwarded(http))
            return Leave(http, StatusCodes.Status405MethodNotAllowed);
        if (http.Request.Path.Value?.Length < app.Path.Length)
        {
            RedirectToFolder(http, app);
            return Task.CompletedTask;
        }

        if (IsOnlyAsking(http.Request) && !supervisor.IdleOf(new(client.Address, app.Slug)).Runs)
        {
            http.Response.Headers.CacheControl = "no-store";
            return Leave(http, StatusCodes.Status503ServiceUnavailable);
        }

        var byPerson = IsVisit(http.Request, app);
        var launch = supervisor.EnsureAsync(client, app, byPerson, http.RequestAborted); // (2)
        return launch.IsCompletedSuccessfully
            ? AnswerAsync(http, client, launch.Result)
            : AnswerAsync(http, client, launch);
    }

    private async Task AnswerAsync(HttpContext http, ClientIdentity client, ValueTask<LaunchResult> launch) =>
        await AnswerAsync(http, client, await launch);

    private Task AnswerAsync(HttpContext http, ClientIdentity client, LaunchResult launch)
    {
        switch (launch)
        {
            case LaunchResult.Ready { App: var app } when !app.Vitals.IsUnresponsive || !IsTurnedOver(http, app.App):
                return ForwardAsync(http, client, app); // (3)
            case LaunchResult.Failed { Failure.IsPassing: false }:
                return Leave(http, StatusCodes.Status502BadGateway);
            default:
                LeaveForLater(http);
                return Task.CompletedTask;
        }
    }

    /// <summary>For the pages that tell people of it.</summary>
    private static Task Leave(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    /// <summary>The same, where the app may answer in a moment.</summary>
    private static void LeaveForLater(HttpContext http)
    {
        http.Response.Headers.RetryAfter = "1";
        http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
    }

    /// <summary>False for a tunnel, unless it is a WebSocket's, and for the echo of a request, which would show a script its cookies.</summary>
    private static bool IsForwarded(HttpContext http) =>
        !HttpMethods.IsTrace(http.Request.Method) && (!HttpMethods.IsConnect(http.Request.Method) || WatchedSocket.IsAskedBy(http));

    /// <summary>The app of the path's first part, letter by letter: its own addresses distinguish case.</summary>
    private App? FindApp(HttpRequest request, ClientIdentity client) => apps.Find(SlugOf(request), client.Role);

    private static void RedirectToFolder(HttpContext http, App app)
    {
        http.Response.StatusCode = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method)
            ? StatusCodes.Status302Found
            : StatusCodes.Status307TemporaryRedirect;
        http.Response.Headers.Location = app.Path + http.Request.QueryString;
    }

    /// <summary>False for what Streamlit's page asks for by itself for as long as it is open in a browser.</summary>
    private static bool IsByPerson(HttpRequest request, App app) =>
        request.Path.Value?.AsSpan(app.Path.Length).StartsWith("_stcore/", StringComparison.Ordinal) is not true;

    /// <summary>
    /// True where somebody opens the app. False for what a page left open asks for, its fonts and parts as well: they must
    /// not bring back an instance that was just stopped.
    /// </summary>
    private static bool IsVisit(HttpRequest request, App app) =>
        !PageResources.Hold(request.Path.Value.AsSpan(app.Path.Length))
        && request.Headers["Sec-Fetch-Dest"].ToString() is "" or "document" or "iframe" or "frame";

    /// <summary>
    /// True for what is answered in place of an app that does not: a person is told, and a WebSocket is tried again. What a page
    /// sends or loads, such as an upload, waits for an app that is only busy: the page could not do without it.
    /// </summary>
    private static bool IsTurnedOver(HttpContext http, App app) => WatchedSocket.IsAskedBy(http) || IsVisit(http.Request, app);

    /// <summary>True for what shows nobody a page, and so starts nothing: a program looks, or a browser fetches ahead.</summary>
    private static bool IsOnlyAsking(HttpRequest request) => HttpMethods.IsHead(request.Method) || RequestOrigin.IsSpeculative(request);

    private static InstanceUse UseOf(HttpContext http, App app) =>
        WatchedSocket.IsAskedBy(http) ? InstanceUse.Socket
        : IsOnlyAsking(http.Request) ? InstanceUse.Poll
        : IsByPerson(http.Request, app) || IsActOfPerson(http.Request.Path.Value.AsSpan(app.Path.Length)) ? InstanceUse.Request
        : InstanceUse.Poll;

    /// <summary>
    /// True for an upload, and for what somebody's agent asks of the app (Streamlit 1.62, if an app allows it): both go to
    /// addresses of Streamlit's own.
    /// </summary>
    private static bool IsActOfPerson(ReadOnlySpan<char> path) =>
        path.StartsWith("_stcore/upload_file/", StringComparison.Ordinal)
        || path.StartsWith("_stcore/agent/", StringComparison.Ordinal);

    private async Task ForwardAsync(HttpContext http, ClientIdentity client, RunningApp app)
    {
        if (http.Request.ContentLength > options.Value.MaxRequestBodySize)
        {
            // Else the server would cut the connection while the client still sends, and the answer could be lost.
            LimitBody(http, null);
            http.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            return;
        }

        var use = UseOf(http, app.App);
        if (IsActOfPerson(http.Request.Path.Value.AsSpan(app.App.Path.Length)))
            app.Usage.Act();
        LiftLimits(http, use);
        var screens = http.Features.Get<IStatusCodePagesFeature>();
        if (screens is not null)
            screens.Enabled = false;
        var socket = use is InstanceUse.Socket ? WatchedSocket.Watch(http, app.Usage.Act, () => app.Usage.Work(launches.Value.MaxBusyTime)) : null;
        using var upload = socket is null ? Upload.Begin(http) : null;
        HttpTransformer transformer = use is InstanceUse.Request && pages.IsFor(http.Request, app.App) ? pages : Transformer;
        bool isAppWaitedFor;
        using (var span = Traces.Source.StartActivity("forward", ActivityKind.Client))
        using (var connection = connections.Track(http, client, app, use, socket, isPatient: !IsTurnedOver(http, app.App)))
        {
            var error = await forwarder.SendAsync(
                http, app.Destination, connector.Invoker, Forwarding, transformer, connection.Finished);
            Tell(span, http, app, error);
            if (error is ForwarderError.None && upload is { HasEnded: true } && HttpProtocol.IsHttp11(http.Request.Protocol))
                await upload.LingerAsync(http.Response, time);
            if (error is ForwarderError.None || http.Response.HasStarted)
                return;
            if (!http.RequestAborted.IsCancellationRequested)
                Log.Unanswered(logger, client.Address, app.Key.Slug, error);
            isAppWaitedFor = !connection.IsGivenUp && error is not ForwarderError.RequestTimedOut;
        }

        if (http.Response.StatusCode is StatusCodes.Status101SwitchingProtocols)
        {
            // The app has taken the socket and the server has not, as it has too many: the client must not believe in it.
            http.Response.Clear();
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        if (isAppWaitedFor)
        {
            // If it is dying, who has this answer and asks again has to meet the next instance.
            await app.Over.WaitAsync(EndNotice, time, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        else
        {
            LeaveForLater(http);
        }

        // Nothing has reached the client yet: the status stands, and the screens may dress it.
        if (screens is not null)
            screens.Enabled = true;
    }

    private static void Tell(Activity? span, HttpContext http, RunningApp app, ForwarderError error)
    {
        if (span is not { IsAllDataRequested: true })
            return;
        span.SetTag(Traces.App, app.Key.Slug).SetTag("server.port", app.Port).SetTag(Traces.Status, http.Response.StatusCode);
        if (error is not ForwarderError.None)
            span.Fail(error.ToString());
    }

    /// <summary>Large bodies and long pauses are usual in an app; both are bounded for the portal's own pages.</summary>
    private void LiftLimits(HttpContext http, InstanceUse use)
    {
        if (use is InstanceUse.Socket || http.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: false })
            LiftUploadLimits(http, use);
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } download)
            download.MinDataRate = null;
    }

    private void LiftUploadLimits(HttpContext http, InstanceUse use)
    {
        LimitBody(http, options.Value.MaxRequestBodySize);
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } upload)
        {
            // A stream of HTTP/2 has no rate of its own: the server's, which is as low, holds for its connection.
            if (use is InstanceUse.Socket)
                upload.MinDataRate = null;
            else if (HttpProtocol.IsHttp11(http.Request.Protocol))
                upload.MinDataRate = SlowestUpload;
        }
    }

    private static void LimitBody(HttpContext http, long? bytes)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = bytes;
    }

    private static partial class Log
    {
        [LoggerMessage(3003, LogLevel.Information, "{Client}/{App}: a request was not answered: {Error}")]
        public static partial void Unanswered(ILogger logger, IPAddress client, string app, ForwarderError error);
    }
}
