namespace Portal.Web.Launch.Adoption;

/// <summary>
/// An instance that an earlier portal started. The system tells only a parent when a process ends, so it is looked at
/// in short intervals; its exit code stays unknown.
/// </summary>
internal sealed class AdoptedProcess : IInstanceProcess
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.1);

    private readonly ProcessIdentity _process;
    private readonly CancellationTokenSource _disposed = new();

    public AdoptedProcess(ProcessIdentity process, TimeProvider time)
    {
        _process = process;
        Exited = WatchAsync(time);
    }

    public int Id => _process.Id;

    public bool IsAlive => _process.IsAlive;

    public Task<int> Exited { get; }

    public void Terminate() => SessionSignals.Terminate(_process);

    public void Kill() => SessionSignals.Kill(_process);

    public void Dispose()
    {
        _disposed.Cancel();
        _disposed.Dispose();
    }

    private async Task<int> WatchAsync(TimeProvider time)
    {
        using var timer = new PeriodicTimer(Interval, time);
        var disposed = _disposed.Token;
        while (IsAlive)
            await timer.WaitForNextTickAsync(disposed);
        return ProcessIdentity.UnknownExitCode;
    }
}
