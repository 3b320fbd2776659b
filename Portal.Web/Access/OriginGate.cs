namespace Portal.Web.Access;

/// <summary>
/// Before anybody is asked who they are: refuses what was asked under a name that is not the portal's (421), and what a page
/// of another site has a visitor's browser send (403); pages of apps that have an origin of their own are another site's.
/// </summary>
internal sealed partial class OriginGate(RequestDelegate next, HostNames names, Origins origins, ILogger<OriginGate> logger)
{
    // Whoever invents names shall not fill the log.
    private const int MostTold = 20;

    private int _told;

    public Task InvokeAsync(HttpContext http)
    {
        var host = http.Request.Headers.Host.ToString();
        if (!CanBeRead(host) || !names.Hold(host))
            return MisdirectAsync(http, host);
        if (!RequestOrigin.IsForeign(http.Request, origins))
            return next(http);
        http.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    /// <summary>False for Punycode of no letters (<c>xn--</c>): whoever asks for the name, here or behind, would be thrown at.</summary>
    private static bool CanBeRead(string host)
    {
        try
        {
            _ = HostString.FromUriComponent(host);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

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
