using Portal.Web.Launch.Processes;

namespace Portal.Web.Launch.Prefork;

/// <summary>
/// A process that a spawner forked. The spawner is its parent and reports its end; without the spawner its end is
/// still noticed, from proc(5), but nobody knows how it ended.
/// </summary>
internal sealed class ForkedProcess(ProcessIdentity process, TimeProvider time) : IInstanceProcess
{
    private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _disposed = new();

    public int Id => process.Id;

    public bool IsAlive => !_exited.Task.IsCompleted && process.IsAlive;

    /// <summary>As everywhere, or <see cref="ProcessIdentity.UnknownExitCode"/>.</summary>
    public Task<int> Exited => _exited.Task;

    public void Terminate() => SessionSignals.Terminate(process);

    public void Kill() => SessionSignals.Kill(process);

    public void Dispose() => _disposed.Cancel();

    /// <summary>The spawner's report.</summary>
    public void Report(int exitCode) => _ = _exited.TrySetResult(exitCode);

    /// <summary>Takes the spawner's place once that is gone. Completes with the process.</summary>
    public async Task WatchAsync()
    {
        // Given up when disposed: nobody asks for its end any more.
        await process.EndAsync(time, _disposed.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Report(ProcessIdentity.UnknownExitCode);
    }
}
