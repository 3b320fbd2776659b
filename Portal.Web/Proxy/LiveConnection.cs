using Portal.Web.Launch;

namespace Portal.Web.Proxy;

/// <summary>One request or WebSocket under way to an app.</summary>
internal sealed class LiveConnection(HttpContext http, RunningApp app, Action<LiveConnection> forget) : IDisposable
{
    public RunningApp App { get; } = app;

    /// <summary>Closes the client's connection; the request's end then follows by itself.</summary>
    public void Abort() => http.Abort();

    public void Dispose() => forget(this);
}
