using Microsoft.Extensions.Primitives;

namespace Portal.Web.Access;

/// <summary>
/// Refuses, before anybody is asked who they are, what was asked under a name that no web address holds (400) or that is not the
/// portal's (421), and what a page of another site has a visitor's browser send (403); pages of apps that have an origin of their
/// own are another site's.
/// </summary>
internal sealed partial class OriginGate(RequestDelegate next, HostNames names, Origins origins, ILogger<OriginGate> logger)
{
    // Whoever invents names shall not fill the log.
    private const int MostTold = 20;

    private int _told;

    // Nearly all requests name the same; its spelling is checked once.
    private volatile string? _answered;

    public Task InvokeAsync(HttpContext http)
    {
        var host = http.Request.Headers.Host.ToString();
        if (!host.Equals(_answered, StringComparison.Ordinal))
        {
            if (!HostAndPort.TryParse(host, out _) && !NamesNone(http.Request))
                return RefuseAsync(http);
            if (!names.Hold(host))
                return MisdirectAsync(http, host);
            _answered = host.Length > 0 ? host : null;
        }

        if (!RequestOrigin.IsForeign(http.Request, origins))
            return next(http);
        http.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    private static Task RefuseAsync(HttpContext http)
    {
        http.Request.Headers.Host = StringValues.Empty; // The framework throws where somebody looks at it.
        http.Response.StatusCode = StatusCodes.Status400BadRequest;
        return Task.CompletedTask;
    }

    /// <summary>HTTP/1.0 knew no such header, and what watches a server may still speak it; no browser does.</summary>
    private static bool NamesNone(HttpRequest request) => request.Headers.Host.Count is 0 && HttpProtocol.IsHttp10(request.Protocol);

    /// <summary>In plain words: the operator, who alone can mend it, may be the one who reads them.</summary>
    private Task MisdirectAsync(HttpContext http, string host)
    {
        if (Interlocked.Increment(ref _told) <= MostTold)
            Log.UnknownName(logger, host);
        http.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        return http.Response.WriteAsync(
            $"The portal does not answer to this name. Its operator can add it to {AccessOptions.Section}:{nameof(AccessOptions.HostNames)}.\n",
            http.RequestAborted);
    }

    private static partial class Log
    {
        [LoggerMessage(1005, LogLevel.Warning,
            "Somebody asked for the portal by the name {Host}, which is not in Portal:Access:HostNames, and was refused")]
        public static partial void UnknownName(ILogger logger, string host);
    }
}
