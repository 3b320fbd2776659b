using Portal.Web.Launch.Processes;

namespace Portal.Web.Launch.Adoption;

/// <summary>
/// An instance that an earlier portal started. That it ends is noticed; its exit code stays unknown.
/// </summary>
internal sealed class AdoptedProcess : IInstanceProcess
{
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
        await _process.EndAsync(time, _disposed.Token);
        return ProcessIdentity.UnknownExitCode;
    }
}
