using Portal.Web.Launch;

namespace Portal.Web.Proxy;

/// <summary>One request or WebSocket under way to an app.</summary>
/// <param name="socket">Set where it is a WebSocket.</param>
internal sealed class LiveConnection(
    HttpContext http, RunningApp app, InstanceUse use, WatchedSocket? socket, Action<LiveConnection> forget) : IDisposable
{
    private readonly Lock _ending = new();
    private bool _isOver;

    public RunningApp App { get; } = app;

    public InstanceUse Use { get; } = use;

    /// <summary>Says goodbye where the protocol has a word for it; false where the connection is to be closed at once.</summary>
    public bool TryEnd(SocketEnd end) => socket?.Close(end.Frame) is true;

    /// <summary>Closes the client's connection; the request's end then follows by itself.</summary>
    public void Abort()
    {
        // The server uses its context again for the next request of the same client.
        lock (_ending)
        {
            if (!_isOver)
                http.Abort();
        }
    }

    public void Dispose()
    {
        lock (_ending)
            _isOver = true;
        forget(this);
    }
}
