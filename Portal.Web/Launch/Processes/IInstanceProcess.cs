namespace Portal.Web.Launch.Processes;

/// <summary>A started process: the leader of a session of its own, which holds whatever it starts in turn.</summary>
internal interface IInstanceProcess : IDisposable
{
    /// <summary>Its process id, which is its session's id too.</summary>
    int Id { get; }

    /// <summary>Asked of the system each time, so it is true at the moment of the answer.</summary>
    bool IsAlive { get; }

    /// <summary>Completes with the exit code once the process has ended; 128 + n for death by signal n.</summary>
    Task<int> Exited { get; }

    /// <summary>Asks the whole session to end (TERM).</summary>
    void Terminate();

    /// <summary>Ends whatever is left of the session (KILL). Safe after the process has ended.</summary>
    void Kill();
}
