using System.Net;
using Portal.Web.Launch.Ports;
using Portal.Web.Launch.Processes;

namespace Portal.Web.Launch;

/// <summary>
/// Waits until an instance is ready: the listener on its port is its own, and health says ok. In this order, so
/// that not a byte goes to a stranger.
/// </summary>
internal sealed class ReadyCheck(TimeProvider time) : IDisposable
{
    // A forked instance is ready after 30 to 60 ms, one that is started anew after a second.
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(4);
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan HealthTimeout = TimeSpan.FromSeconds(2);

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        PooledConnectionLifetime = TimeSpan.Zero,
    });

    /// <summary>Answers once it is known; throws only when <paramref name="stop"/> is cancelled.</summary>
    public async Task<ReadyOutcome> WaitAsync(
        IInstanceProcess process, int port, App app, TimeSpan timeout, CancellationToken stop)
    {
        var began = time.GetTimestamp();
        for (var pause = FirstPause; ; pause = time.GetElapsedTime(began) < Soon ? FirstPause : Min(pause * 1.4, LongestPause))
        {
            if (process.Exited.IsCompleted)
                return ReadyOutcome.Exited;
            if (IsListener(process, port) && await IsHealthyAsync(app, port, stop) && process.IsAlive)
                return ReadyOutcome.Ready;
            if (time.GetElapsedTime(began) >= timeout)
                return ReadyOutcome.TimedOut;
            await Task.WhenAny(process.Exited, Task.Delay(pause, time, stop));
            stop.ThrowIfCancellationRequested();
        }
    }

    /// <summary>True where whoever connects to the port gets the process, and nobody else.</summary>
    public static bool IsListener(IInstanceProcess process, int port) =>
        PortListener.On(port) is { Count: > 0 } listeners && listeners.All(listener => listener.BelongsTo(process.Id));

    /// <summary>
    /// True where health says ok within two seconds. Only for a process that is known to be ours. Throws only when
    /// <paramref name="stop"/> is cancelled.
    /// </summary>
    public async Task<bool> IsHealthyAsync(App app, int port, CancellationToken stop)
    {
        var health = new Uri($"http://127.0.0.1:{port}{app.Path}_stcore/health");
        using var limit = new CancellationTokenSource(HealthTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        try
        {
            using var answer = await _http.GetAsync(health, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return answer.StatusCode is HttpStatusCode.OK;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            stop.ThrowIfCancellationRequested();
            return false;
        }
    }

    public void Dispose() => _http.Dispose();

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}

/// <summary>How the waiting for an instance ended.</summary>
internal enum ReadyOutcome
{
    /// <summary>It can be proxied to.</summary>
    Ready,

    /// <summary>The process ended.</summary>
    Exited,

    /// <summary>It still runs but was not ready in time.</summary>
    TimedOut,
}
