using CliWrap;

namespace Portal.Web.Launch.Processes;

/// <summary>A child of the portal: the leader of a session of its own, see <see cref="StreamlitCommand.Detached"/>.</summary>
internal sealed class DirectProcess : IInstanceProcess
{
    private readonly CommandTask<CommandResult> _command;
    private readonly ProcessIdentity _identity;

    private DirectProcess(CommandTask<CommandResult> command)
    {
        _command = command;
        _identity = ProcessIdentity.Of(Id) ?? ProcessIdentity.Gone(Id);
        Exited = ExitCodeAsync();
    }

    public int Id => _command.ProcessId;

    public bool IsAlive => !Exited.IsCompleted && _identity.IsAlive;

    public Task<int> Exited { get; }

    /// <summary>
    /// Starts the command. No token goes with it: a cancelled command would be killed or interrupted and lose its exit code,
    /// and an instance ends by <see cref="StopLadder"/> alone.
    /// </summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The system does not start it.</exception>
    public static DirectProcess Start(Command command)
    {
        InheritedFiles.Close();
        return new DirectProcess(command.ExecuteAsync(CancellationToken.None));
    }

    public void Terminate() => SessionSignals.Terminate(_identity);

    public void Kill() => SessionSignals.Kill(_identity);

    /// <summary>Leaves the process as it is: it may outlive the portal.</summary>
    public void Dispose()
    {
        // CliWrap lets go of the process when it has ended.
    }

    private async Task<int> ExitCodeAsync() => (await _command.Task.ConfigureAwait(false)).ExitCode;
}
