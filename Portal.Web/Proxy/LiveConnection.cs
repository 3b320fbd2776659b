using Portal.Web.Launch;

namespace Portal.Web.Proxy;

/// <summary>One request or WebSocket under way to an app.</summary>
internal sealed class LiveConnection(HttpContext http, RunningApp app, InstanceUse use, Action<LiveConnection> forget) : IDisposable
{
    public RunningApp App { get; } = app;

    public InstanceUse Use { get; } = use;

    /// <summary>Closes the client's connection; the request's end then follows by itself.</summary>
    public void Abort() => http.Abort();

    public void Dispose() => forget(this);
}
