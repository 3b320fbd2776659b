using System.Collections.Concurrent;
using System.Globalization;
using Portal.Web.Launch.Processes;

namespace Portal.Web.Launch.Prefork;

/// <summary>
/// A running spawner: takes requests, and tells the processes that it forked of their ends. When it is lost those
/// live on and look after their ends themselves.
/// </summary>
internal sealed class Spawner(
    SpawnerKey key, DirectProcess process, SpawnerConnection connection, PreforkEvents events, TimeProvider time) : IAsyncDisposable
{
    /// <summary>As long as it may take to begin again, all imports included.</summary>
    private static readonly TimeSpan ForkTimeout = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(2);

    private static readonly StartResult Gone = StartResult.Refused("The spawner is gone.");

    private readonly ConcurrentDictionary<int, TaskCompletionSource<StartResult>> _requests = new();
    private readonly ConcurrentDictionary<int, ForkedProcess> _children = new();
    private readonly TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IReadOnlyDictionary<string, string> _denied = new Dictionary<string, string>(StringComparer.Ordinal);
    private int _lastRequest;
    private bool _isDisposed;

    /// <summary>The spawner's source, beside the portal's program.</summary>
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "Launch", "Prefork", "spawner.py");

    public int ProcessId { get; } = process.Id;

    /// <summary>How many modules an instance finds loaded.</summary>
    public int Modules { get; private set; }

    /// <summary>Modules that each instance imports by itself, and why.</summary>
    public IReadOnlyDictionary<string, string> Denied => _denied;

    /// <summary>Completes when it takes no more requests.</summary>
    public Task Lost => _lost.Task;

    /// <summary>Returns when everything is imported: with an empty text, or with what is wrong.</summary>
    public async Task<string> WarmUpAsync(CancellationToken cancellationToken)
    {
        await connection.SendAsync(new HelloRequest(SpawnerConnection.Protocol), SpawnerJson.Default.HelloRequest, time, cancellationToken);
        while (await connection.ReceiveAsync(cancellationToken) is { } message)
        {
            if (message is { Event: "hello", Protocol: not SpawnerConnection.Protocol })
                return $"It speaks protocol {message.Protocol}, the portal {SpawnerConnection.Protocol}.";
            if (message is { Event: "failed" })
                return message.Why ?? "";
            Note(message);
            if (message is { Event: "warm" })
            {
                _ = ReceiveAsync();
                return "";
            }
        }

        return "It went away.";
    }

    /// <summary>Forks an instance.</summary>
    /// <exception cref="IOException">There is no file for its output.</exception>
    public async Task<StartResult> ForkAsync(StartRequest request, CancellationToken cancellationToken)
    {
        using var log = FilePassing.OpenToAppend(request.LogFile);
        var id = Interlocked.Increment(ref _lastRequest);
        var reply = new TaskCompletionSource<StartResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        _requests[id] = reply;
        try
        {
            var app = request.App;
            await connection.SendAsync(
                new ForkRequest(id, StreamlitCommand.Arguments(request), StreamlitCommand.EnvironmentOf(app),
                    StreamlitCommand.FolderOf(app), app.Slug,
                    request.Limits.ToDictionary(limit => limit.Key, limit => new[] { limit.Value, limit.Value }, StringComparer.Ordinal)),
                SpawnerJson.Default.ForkRequest, time, cancellationToken, log);
            return _lost.Task.IsCompleted ? Gone : await reply.Task.WaitAsync(ForkTimeout, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            process.Kill(); // it hangs; another takes its place
            return StartResult.Refused("The spawner does not answer.");
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            await _lost.Task; // in a moment: whoever reads at the end of the connection notices too
            return Gone;
        }
        finally
        {
            _requests.TryRemove(id, out _);
            if (!reply.Task.IsCompletedSuccessfully && !reply.TrySetCanceled(CancellationToken.None))
                (await reply.Task).Process?.Kill(); // it came in the moment that the waiting was given up
        }
    }

    /// <summary>Closes the connection, which ends it; its instances stay.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
            return;
        connection.Dispose();
        try
        {
            await process.Exited.WaitAsync(EndTimeout, time, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            process.Kill(); // with what it may have started while importing
        }

        process.Dispose();
    }

    private async Task ReceiveAsync()
    {
        while (await connection.ReceiveAsync(CancellationToken.None) is { } message)
            Note(message);

        _ = _lost.TrySetResult();
        foreach (var request in _requests.Values)
            _ = request.TrySetResult(Gone);
        foreach (var child in _children.Values)
            _ = child.WatchAsync();
    }

    private void Note(SpawnerMessage message)
    {
        switch (message)
        {
            case { Event: "exited", Pid: { } pid }:
                if (_children.TryRemove(pid, out var child))
                    child.Report(message.Signal is { } signal ? 128 + signal : message.Code ?? ProcessIdentity.UnknownExitCode);
                break;
            case { Event: "again" }:
                events.BeginsAgain(key.App.Slug, message.Why ?? "");
                break;
            case { Event: "warm" }:
                Modules = message.Modules ?? 0;
                _denied = message.Denied ?? _denied;
                foreach (var (module, why) in _denied)
                    events.Denied(key.App.Slug, module, why);
                break;
            case { Id: { } id }:
                Answer(id, message);
                break;
        }
    }

    private void Answer(int id, SpawnerMessage message)
    {
        var result = StartResult.Refused($"The spawner does not fork: {message.Error}");
        if (message is { Pid: { } pid, Started: { } started } && IsInstance(pid, started))
        {
            // Before the next message is read, which may be the report of its end.
            var child = _children[pid] = new ForkedProcess(new ProcessIdentity(pid, started), time);
            result = StartResult.Started(child);
        }

        else if (message.Pid is { } other)
        {
            result = StartResult.Refused(string.Create(
                CultureInfo.InvariantCulture, $"Process {other}, which the spawner names, is no instance of it."));
        }

        if (!_requests.TryGetValue(id, out var request) || !request.TrySetResult(result))
            result.Process?.Kill(); // nobody waits for it any more
    }

    /// <summary>
    /// Signals will go to that process. The app's own code runs in a spawner, so where that is another user's its word alone
    /// must not lead them to somebody else's: the process is of that user, and the leader of its session. Otherwise the word
    /// is enough, also for one that has ended meanwhile.
    /// </summary>
    private bool IsInstance(int processId, long started) =>
        key.App.RunAs is not { } user
        || (ProcessTable.Stat(processId) is { } stat && stat.StartTime == started && stat.SessionId == processId
            && ProcessTable.UserOf(processId) == user.Id);
}
