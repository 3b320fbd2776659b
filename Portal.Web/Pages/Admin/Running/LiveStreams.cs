using Portal.Web.Access;

namespace Portal.Web.Pages.Admin.Running;

/// <summary>
/// The streams that the pages of admins hold open. There are so many at most, and one ends half a second after its client
/// is no admin any more, or the portal stops.
/// </summary>
internal sealed class LiveStreams(RegistryAccess access, IHostApplicationLifetime lifetime, TimeProvider time)
{
    /// <summary>How many may be open at once, of all admins.</summary>
    public const int Most = 64;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);

    private int _open;

    /// <summary>Counts, and ends the request when it is time, until disposed. Null where there are enough.</summary>
    public IDisposable? Open(HttpContext http)
    {
        if (Interlocked.Increment(ref _open) <= Most)
            return new Stream(this, http);
        Interlocked.Decrement(ref _open);
        return null;
    }

    private sealed class Stream : IDisposable
    {
        private readonly Lock _gate = new();
        private readonly LiveStreams _streams;
        private readonly HttpContext _http;
        private readonly ClientIdentity _client;
        private readonly ITimer _timer;
        private readonly CancellationTokenRegistration _stopping;
        private bool _isOver;

        public Stream(LiveStreams streams, HttpContext http)
        {
            (_streams, _http, _client) = (streams, http, http.Client());
            streams.Access.Changed += Look;
            _timer = streams.Time.CreateTimer(_ => Look(), null, Interval, Interval);
            _stopping = streams.Lifetime.ApplicationStopping.Register(End);
        }

        public void Dispose()
        {
            lock (_gate)
            {
                if (_isOver) return;
                _isOver = true;
            }

            _streams.Access.Changed -= Look;
            _timer.Dispose();
            _stopping.Unregister();
            Interlocked.Decrement(ref _streams._open);
        }

        private void Look()
        {
            if (_streams.Access.Identify(_client.Address) is not { IsAdmin: true }) End();
        }

        // Not once it is over: the server uses the same context for the next request of the connection.
        private void End()
        {
            lock (_gate)
            {
                if (!_isOver) _http.Abort();
            }
        }
    }

    private RegistryAccess Access { get; } = access;

    private IHostApplicationLifetime Lifetime { get; } = lifetime;

    private TimeProvider Time { get; } = time;
}
