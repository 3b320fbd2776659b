using System.Globalization;
using Microsoft.Extensions.Options;
using Portal.Web.Access;
using Portal.Web.Launch.Ports;
using Portal.Web.Launch.Processes;

namespace Portal.Web.Launch;

/// <summary>
/// Brings one instance up:
/// <code>
/// (1) a port ──► (2) a log, a process ──► (3) its own listener, healthy ──► ready
///      ▲                                        │
///      └── (4) clean up; a free port that was taken in between: the next ◄─┘
/// </code>
/// </summary>
internal sealed class Launcher(
    IInstanceStarter starter,
    PortPool ports,
    ReadyCheck ready,
    ControlGroups groups,
    IOptions<LaunchOptions> options,
    LaunchEvents events,
    TimeProvider time)
{
    /// <summary>How many lines of its log go with a failure.</summary>
    public const int TailLines = 20;

    /// <summary>What shells and env(1) exit with when a command cannot be executed, or is not there.</summary>
    private const int CannotRun = 126, NotFound = 127;

    /// <summary>How often a free port may be lost to a stranger between looking and binding.</summary>
    private const int PortTries = 3;

    /// <summary>
    /// The process and its lease, ready; or a failure, and then nothing is left of the attempt. Throws only when
    /// <paramref name="stop"/> is cancelled.
    /// </summary>
    /// <param name="started">Told of the process before it is ready.</param>
    public async Task<Launched> LaunchAsync(
        ClientIdentity client, App app, InstanceLog log, Action<IInstanceProcess, int, ulong> started, CancellationToken stop)
    {
        var key = new InstanceKey(client.Address, app.Slug);
        for (var tries = 1; ; tries++)
        {
            var lease = Lease(key, client.Port); // (1)
            if (lease.Failure is { } refused)
                return Launched.Nothing(refused);

            var launched = await LaunchOnAsync(lease, key, app, log, started, stop);
            var isPortLost = launched.Failure is { Reason: LaunchFailureReason.PortTaken } && !lease.IsRegistered && tries < PortTries;
            if (!isPortLost && !launched.IsWorthAnotherTry)
                return launched;
        }
    }

    private async Task<Launched> LaunchOnAsync(
        PortLease lease, InstanceKey key, App app, InstanceLog log, Action<IInstanceProcess, int, ulong> started, CancellationToken stop)
    {
        IInstanceProcess? process = null;
        var mark = AppMark.New();
        try
        {
            using var pipe = Begin(log, app);
            var request = new StartRequest(app, lease.Port, pipe.Path, ProcessLimits.Of(options.Value, mark)); // (2)
            (process, var problem) = await StartAsync(request, stop);
            if (process is null)
                return await CleanUpAsync(null, mark, lease, new LaunchFailure(LaunchFailureReason.CannotStart, problem, []));

            if (!app.Limits.IsNone && groups.Limit(mark, process.Id, app.Limits) is { } why)
                events.NotLimited(key.Client, key.Slug, why);
            started(process, lease.Port, mark);
            var outcome = await WaitAsync(process, lease.Port, app, stop); // (3)
            if (outcome is ReadyOutcome.Ready)
                return new Launched(process, lease, null);

            if (outcome is ReadyOutcome.Exited)
                await pipe.DrainAsync(time);
            var failure = await ExplainAsync(outcome, process, lease, app, log);
            var otherwise = failure.Reason is not LaunchFailureReason.PortTaken && starter.TryOtherwise(app, process);
            return await CleanUpAsync(process, mark, lease, failure) with { IsWorthAnotherTry = otherwise };
        }
        catch (OperationCanceledException)
        {
            await CleanUpAsync(process, mark, lease, failure: null);
            throw;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A folder that is gone, or not the portal's any more.
            return await CleanUpAsync(process, mark, lease, new LaunchFailure(LaunchFailureReason.CannotStart, e.Message, []));
        }
    }

    private PortLease Lease(InstanceKey key, int? registered)
    {
        try
        {
            return ports.Lease(key, registered);
        }
        catch (IOException e)
        {
            // Who listens is in a file, and there may be none left to open.
            return PortLease.Refused(LaunchFailureReason.CannotStart, e.Message);
        }
    }

    private async Task<StartResult> StartAsync(StartRequest request, CancellationToken stop)
    {
        using var span = Traces.Source.StartActivity("spawn");
        var result = await starter.StartAsync(request, stop);
        if (result.Process is null)
            span?.Fail(nameof(LaunchFailureReason.CannotStart), result.Problem);
        return result;
    }

    private async Task<ReadyOutcome> WaitAsync(IInstanceProcess process, int port, App app, CancellationToken stop)
    {
        using var span = Traces.Source.StartActivity("ready");
        var outcome = await ready.WaitAsync(process, port, app, options.Value.StartTimeout, stop);
        if (outcome is not ReadyOutcome.Ready)
            span?.Fail(outcome.ToString());
        return outcome;
    }

    /// <summary>Where the output goes. People can work though the disk is full or cannot be written; then it goes nowhere.</summary>
    private LogPipe Begin(InstanceLog log, App app)
    {
        try
        {
            log.Begin();
            return LogPipe.Open(log, app);
        }
        catch (IOException e) when (e.HResult is Posix.NoSpace or Posix.OverQuota or Posix.ReadOnlyFileSystem)
        {
            events.WithoutLog(log.Path, e.Message);
            return LogPipe.None;
        }
    }

    private async Task<LaunchFailure> ExplainAsync(
        ReadyOutcome outcome, IInstanceProcess process, PortLease lease, App app, InstanceLog log)
    {
        var stranger = PortListener.On(lease.Port).FirstOrDefault(listener => !listener.BelongsTo(process.Id));
        if (stranger != default)
            return Failure(LaunchFailureReason.PortTaken, PortPool.Taken(lease.Port, stranger.DescribeOwner()));
        if (outcome is ReadyOutcome.TimedOut)
        {
            return Failure(LaunchFailureReason.TimedOut,
                $"It was not ready on port {Text(lease.Port)} after {options.Value.StartTimeout.TotalSeconds:0.#} s.");
        }

        var code = await process.Exited;
        return code is CannotRun or NotFound
            ? Failure(LaunchFailureReason.CannotStart, $"The interpreter {app.Python} of app {app.Slug} cannot be run.")
            : Failure(LaunchFailureReason.Exited, $"The process ended with exit code {Text(code)} before it was ready.");

        LaunchFailure Failure(LaunchFailureReason reason, string detail) => new(reason, detail, log.Tail(TailLines));
    }

    private async Task<Launched> CleanUpAsync(IInstanceProcess? process, ulong mark, PortLease lease, LaunchFailure? failure)
    {
        if (process is not null)
        {
            await StopLadder.DescendAsync(process, options.Value.StopTimeout, time, mark);
            process.Dispose();
            groups.Remove(mark);
        }

        MarkedProcesses.EndListenersOn(lease.Port);

        lease.Dispose();
        return new Launched(null, null, failure);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What came of a launch: process and lease, or a failure.</summary>
internal sealed record Launched(IInstanceProcess? Process, PortLease? Lease, LaunchFailure? Failure)
{
    /// <summary>True where the same launch may well succeed at once, started in another way.</summary>
    public bool IsWorthAnotherTry { get; init; }

    public static Launched Nothing(LaunchFailure failure) => new(null, null, failure);
}
