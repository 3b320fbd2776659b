using System.Diagnostics;

namespace Portal.Web.Launch;

/// <summary>A child of the portal, started by <see cref="DirectStarter"/>.</summary>
internal sealed class DirectProcess : IInstanceProcess
{
    private readonly Process _process;

    public DirectProcess(Process process)
    {
        _process = process;
        Id = process.Id;
        Exited = AwaitExitAsync(process);
    }

    public int Id { get; }

    public bool IsAlive => !_process.HasExited;

    public Task<int> Exited { get; }

    public void Terminate()
    {
        // Once it has ended, its id may be another's.
        if (_process.HasExited)
            return;
        Posix.Signal(Id, Posix.SigTerm);
        Posix.Signal(-Id, Posix.SigTerm);
    }

    public void Kill()
    {
        // Again and again, as a process may fork while the others are being ended. The id of a session is not given
        // to anybody else while one of its processes lives.
        for (var round = 0; round < 10; round++)
        {
            if (!_process.HasExited)
                Posix.Signal(Id, Posix.SigKill);
            var rest = ProcessTable.Session(Id).Where(id => id != Id).ToList();
            if (rest.Count is 0)
                return;
            rest.ForEach(id => Posix.Signal(id, Posix.SigKill));
        }
    }

    public void Dispose() => _process.Dispose();

    private static async Task<int> AwaitExitAsync(Process process)
    {
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode;
    }
}
