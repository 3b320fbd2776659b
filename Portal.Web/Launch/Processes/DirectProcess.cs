using System.Diagnostics;

namespace Portal.Web.Launch.Processes;

/// <summary>A child of the portal, started by <see cref="DirectStarter"/>.</summary>
internal sealed class DirectProcess : IInstanceProcess
{
    private readonly Process _process;
    private readonly ProcessIdentity _identity;

    public DirectProcess(Process process)
    {
        _process = process;
        Id = process.Id;
        _identity = ProcessIdentity.Of(Id) ?? ProcessIdentity.Gone(Id);
        Exited = AwaitExitAsync(process);
    }

    public int Id { get; }

    public bool IsAlive => !_process.HasExited;

    public Task<int> Exited { get; }

    public void Terminate() => SessionSignals.Terminate(_identity);

    public void Kill() => SessionSignals.Kill(_identity);

    public void Dispose() => _process.Dispose();

    private static async Task<int> AwaitExitAsync(Process process)
    {
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode;
    }
}
