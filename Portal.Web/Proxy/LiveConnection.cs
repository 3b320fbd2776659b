using Portal.Web.Launch;

namespace Portal.Web.Proxy;

/// <summary>One request or WebSocket under way to an app.</summary>
/// <param name="socket">Set where it is a WebSocket.</param>
internal sealed class LiveConnection(
    HttpContext http, RunningApp app, InstanceUse use, WatchedSocket? socket, LiveConnections all) : IDisposable
{
    private readonly Lock _ending = new();
    private readonly CancellationTokenSource? _finished = socket is null ? null : new();
    private bool _isOver;

    public RunningApp App { get; } = app;

    public InstanceUse Use { get; } = use;

    /// <summary>
    /// Says goodbye where the protocol has a word for it, and lets nothing else pass from now on. Returns when it is said;
    /// null where the connection is to be closed at once.
    /// </summary>
    public Task? End(SocketEnd end) => socket?.Close(end.Frame);

    /// <summary>Cancelled when a WebSocket is to be closed in good order: what was sent still arrives.</summary>
    public CancellationToken Finished => _finished?.Token ?? default;

    /// <summary>Closes a WebSocket from this side, so that what was said last is read however late.</summary>
    public void Finish()
    {
        lock (_ending)
        {
            if (!_isOver)
                _finished?.Cancel();
        }
    }

    /// <summary>Breaks the client's connection; the request's end then follows by itself.</summary>
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
        _finished?.Dispose();
        all.Forget(this);
    }
}
