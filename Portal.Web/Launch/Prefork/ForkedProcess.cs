namespace Portal.Web.Launch.Prefork;

/// <summary>
/// A process that a spawner forked. The spawner is its parent and reports its end; without the spawner its end is
/// still noticed, from proc(5), but nobody knows how it ended.
/// </summary>
internal sealed class ForkedProcess(ProcessIdentity process, TimeProvider time) : IInstanceProcess
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isDisposed;

    public int Id => process.Id;

    public bool IsAlive => !_exited.Task.IsCompleted && process.IsAlive;

    /// <summary>As everywhere, or <see cref="ProcessIdentity.UnknownExitCode"/>.</summary>
    public Task<int> Exited => _exited.Task;

    public void Terminate() => SessionSignals.Terminate(process);

    public void Kill() => SessionSignals.Kill(process);

    public void Dispose() => _isDisposed = true;

    /// <summary>The spawner's report.</summary>
    public void Report(int exitCode) => _ = _exited.TrySetResult(exitCode);

    /// <summary>Takes the spawner's place once that is gone. Completes with the process.</summary>
    public async Task WatchAsync()
    {
        while (IsAlive && !_isDisposed)
            await Task.Delay(LookInterval, time, CancellationToken.None);
        Report(ProcessIdentity.UnknownExitCode);
    }
}
