using Portal.Web.Launch.Processes;

namespace Portal.Web.Launch;

/// <summary>The seam between the supervisor and the ways to start a process.</summary>
internal interface IInstanceStarter
{
    /// <summary>Starts the process and returns at once; whether it comes up is for others to watch.</summary>
    Task<StartResult> StartAsync(StartRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Told that a process which it started was never ready. True where it starts the app in another way from now on,
    /// so that it is worth another try at once.
    /// </summary>
    bool TryOtherwise(App app, IInstanceProcess process) => false;
}

/// <summary>What to start.</summary>
/// <param name="Port">To listen on, on 127.0.0.1.</param>
/// <param name="LogFile">What its output is written to, see <see cref="LogPipe.Path"/>; exists.</param>
/// <param name="Limits">See <see cref="ProcessLimits"/>; the mark of the instance is one of them.</param>
internal sealed record StartRequest(App App, int Port, string LogFile, IReadOnlyDictionary<string, long> Limits)
{
    /// <summary>What the instance's processes are known by; null for the mark of all apps.</summary>
    public ulong? Mark => Limits.TryGetValue(AppMark.LimitName, out var mark) ? (ulong)mark : null;
}

/// <summary>The process, or why there is none: a sentence that names what to mend.</summary>
internal readonly record struct StartResult(IInstanceProcess? Process, string Problem)
{
    public static StartResult Started(IInstanceProcess process) => new(process, "");

    public static StartResult Refused(string problem) => new(null, problem);
}
