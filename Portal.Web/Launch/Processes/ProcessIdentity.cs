namespace Portal.Web.Launch.Processes;

/// <summary>A process told apart from a later one that was given its number.</summary>
/// <param name="Id">The process id.</param>
/// <param name="StartTime">When it started, in clock ticks since the machine was booted; proc(5), field 22 of stat.</param>
internal readonly record struct ProcessIdentity(int Id, long StartTime)
{
    /// <summary>In place of the exit code of a process, which nobody but its parent is told.</summary>
    public const int UnknownExitCode = -1;

    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(0.1);

    /// <summary>The process of that number now; null where there is none, or only what is left of one.</summary>
    public static ProcessIdentity? Of(int processId) =>
        ProcessTable.Stat(processId) is { IsDead: false } stat ? new ProcessIdentity(processId, stat.StartTime) : null;

    /// <summary>A process that has ended before anybody could look at it.</summary>
    public static ProcessIdentity Gone(int processId) => new(processId, -1);

    /// <summary>True while it is provably there.</summary>
    public bool IsAlive => Of(Id) == this;

    private bool HasProvablyEnded =>
        ProcessTable.CanStat(Id, out var stat) && !(stat is { IsDead: false } there && there.StartTime == StartTime);

    /// <summary>
    /// Completes once it has ended. The system tells only a parent, so it is looked at in short intervals.
    /// </summary>
    public async Task EndAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        while (!HasProvablyEnded)
            await Task.Delay(LookInterval, time, cancellationToken);
    }
}
