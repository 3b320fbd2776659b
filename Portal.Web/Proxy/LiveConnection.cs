using Portal.Web.Launch;

namespace Portal.Web.Proxy;

/// <summary>One request or WebSocket under way to an app.</summary>
/// <param name="socket">Set where it is a WebSocket.</param>
internal sealed class LiveConnection(
    HttpContext http, RunningApp app, InstanceUse use, WatchedSocket? socket, LiveConnections all) : IDisposable
{
    private readonly Lock _ending = new();
    private readonly CancellationTokenSource _finished = new();
    private CancellationTokenRegistration _unresponsive;
    private ITimer? _limit;
    private bool _isOver;

    public RunningApp App { get; } = app;

    public InstanceUse Use { get; } = use;

    /// <summary>
    /// Says goodbye where the protocol has a word for it, and lets nothing else pass from now on. Returns when it is said;
    /// null where the connection is to be closed at once.
    /// </summary>
    public Task? End(SocketEnd end) => socket?.Close(end.Frame);

    /// <summary>
    /// Cancelled when a WebSocket is to be closed in good order: what was sent still arrives. Also when the app is not waited for
    /// any longer, see <see cref="IsGivenUp"/>.
    /// </summary>
    public CancellationToken Finished => _finished.Token;

    /// <summary>True where the app has not answered, and is not waited for any longer.</summary>
    public bool IsGivenUp { get; private set; }

    /// <summary>Closes a WebSocket from this side, so that what was said last is read however late.</summary>
    public void Finish()
    {
        lock (_ending)
        {
            if (!_isOver)
                _finished.Cancel();
        }
    }

    /// <summary>
    /// Waits for the app's answer no longer than <paramref name="patience"/> once the app is known not to answer, and for that to
    /// a WebSocket's upgrade no longer than <paramref name="upgradeTimeout"/> in any case.
    /// </summary>
    public void LimitWait(TimeSpan patience, TimeSpan upgradeTimeout, TimeProvider time)
    {
        if (socket is not null)
            _limit = time.CreateTimer(GiveUp, this, upgradeTimeout, Timeout.InfiniteTimeSpan);
        _unresponsive = patience == TimeSpan.Zero
            ? App.Vitals.Unresponsive.UnsafeRegister(GiveUp, this)
            : App.Vitals.Unresponsive.UnsafeRegister(_ => LosePatience(patience, time), null);
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
        _ = _unresponsive.Unregister();
        _limit?.Dispose();
        _finished.Dispose();
        all.Forget(this);
    }

    private static void GiveUp(object? connection) => ((LiveConnection)connection!).GiveUp(); // it was registered as that

    /// <summary>Gives up after that time, unless the app answers again meanwhile.</summary>
    private void LosePatience(TimeSpan patience, TimeProvider time)
    {
        lock (_ending)
        {
            if (_isOver)
                return;
            _limit?.Dispose();
            _limit = time.CreateTimer(_ => GiveUpIfUnresponsive(patience, time), null, patience, Timeout.InfiniteTimeSpan);
        }
    }

    private void GiveUpIfUnresponsive(TimeSpan patience, TimeProvider time)
    {
        lock (_ending)
        {
            if (_isOver)
                return;
            if (App.Vitals.IsUnresponsive)
                GiveUp();
            else
                _unresponsive = App.Vitals.Unresponsive.UnsafeRegister(_ => LosePatience(patience, time), null);
        }
    }

    /// <summary>An answer that has begun goes on when the app does.</summary>
    private void GiveUp()
    {
        lock (_ending)
        {
            if (_isOver || http.Response.HasStarted)
                return;
            IsGivenUp = true;
            _finished.Cancel();
        }
    }
}
