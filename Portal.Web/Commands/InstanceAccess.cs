using System.Globalization;
using Microsoft.Extensions.Options;
using Portal.Data;
using Portal.Web.Control;
using Portal.Web.Launch;
using Portal.Web.Launch.Adoption;
using Portal.Web.Launch.Processes;
using Portal.Web.Launch.Vitals;

namespace Portal.Web.Commands;

/// <summary>
/// The instances, for a command: through the portal where it runs, as it would take an end that it did not ask for as a
/// crash; else by the records that the portal has left for the next one.
/// </summary>
internal sealed class InstanceAccess(CommandRun run)
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(10);

    /// <exception cref="CommandFailure">The portal runs and does not answer.</exception>
    public async Task<IReadOnlyList<RunningInstance>> ListAsync(CancellationToken cancellationToken)
    {
        if (await AskAsync(new ControlRequest("list"), AnswerTime, cancellationToken) is { } answer)
            return answer.Instances ?? [];

        var instances = new List<RunningInstance>();
        foreach (var record in Records())
        {
            var row = await run.Service<RegisteredIpStore>().ResolveAsync(record.Key.Client, cancellationToken);
            instances.Add(new RunningInstance(
                record.Client, row?.Label ?? "", record.Slug, "unattended", record.ProcessId, record.Port, record.Since,
                LastActivity: null, Connections: null, MemoryOf(record), Problem: null));
        }

        return instances;
    }

    /// <summary>Stops the instance; returns when it is gone. False where none runs.</summary>
    /// <exception cref="CommandFailure">The portal runs and does not answer, or the process does not end.</exception>
    public async Task<bool> StopAsync(InstanceKey key, CancellationToken cancellationToken)
    {
        // Two steps of the ladder, and time to answer.
        var timeout = run.Service<IOptions<LaunchOptions>>().Value.StopTimeout + AnswerTime;
        var request = new ControlRequest("stop", key.Client.ToString(), key.Slug, CommandRun.Actor.Name);
        if (await AskAsync(request, timeout, cancellationToken) is { } answer)
            return answer.Done is true;
        return await StopUnattendedAsync(key, cancellationToken);
    }

    private async Task<bool> StopUnattendedAsync(InstanceKey key, CancellationToken cancellationToken)
    {
        if (Records().FirstOrDefault(one => one.Key == key) is not { } record)
            return false;

        using var process = new AdoptedProcess(record.Process, run.Time);
        if (!await StopLadder.DescendAsync(process, run.Service<IOptions<LaunchOptions>>().Value.StopTimeout, run.Time, record.CurrentMark()))
            throw new CommandFailure(FormattableString.Invariant($"Process {record.ProcessId} does not end, not even by KILL."));
        MarkedProcesses.EndListenersOn(record.Port);

        // Its record stays: the next portal, which may have started by now, sees that the process is gone.
        await run.Service<AuditStore>().AddAsync(
            [
                new AuditEntry
                {
                    At = run.Time.GetUtcNow(),
                    Action = AuditAction.AppStopped,
                    Actor = CommandRun.Actor.Name,
                    Subject = key.ToString(),
                    Detail = "stopped while the portal did not run",
                },
            ],
            cancellationToken);
        return true;
    }

    private IEnumerable<InstanceRecord> Records() => Directory.Exists(run.Paths.Instances)
        ? run.Service<InstanceRecords>().Read().Where(record => record.IsProvablyOurs())
        : [];

    /// <summary>Null where no portal runs.</summary>
    private async Task<ControlAnswer?> AskAsync(ControlRequest request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ControlAnswer? answer;
        try
        {
            answer = await ControlClient.AskAsync(run.Paths.Control, request, timeout, run.Time, cancellationToken);
        }
        catch (IOException e)
        {
            throw new CommandFailure(e.Message);
        }

        if (answer is { Error: { } error })
            throw new CommandFailure(error);
        if (answer is null && RunningPortal.Find(run.Paths) is { } portal)
        {
            throw new CommandFailure(string.Create(CultureInfo.InvariantCulture,
                $"The portal runs as process {portal}, but cannot be reached at {run.Paths.Control}; its log says why. Restart it, or use its page."));
        }

        return answer;
    }

    private long? MemoryOf(InstanceRecord record) => MarkedProcesses.Of([(record.ProcessId, record.CurrentMark())])[record.ProcessId].ToList() is { Count: > 0 } processes
        ? ResourceReading.Of(processes, before: null, run.Time.GetUtcNow()).Private
        : null;
}
