using System.Net;
using Microsoft.Extensions.Options;
using Portal.Web.Access;
using Portal.Web.Launch.Ports;
using Portal.Web.Launch.Processes;

namespace Portal.Web.Launch.Adoption;

/// <summary>
/// Looks through what an earlier portal left running:
/// <code>
/// the process is provably ours? ──► still wanted, and the listener on its port? ──► adopt
///      └── no: not touched              └── no: a leftover of ours, stop
/// </code>
/// One that was ready and does not answer now computes, or the machine has no time for it: that is told later, not punished.
/// What was started and never recorded is stopped as well: see <see cref="Strays"/>.
/// </summary>
internal sealed partial class Adopter(
    InstanceRecords records,
    PortalPaths paths,
    PortPool ports,
    ReadyCheck ready,
    RegistryAccess access,
    AppCatalog apps,
    IOptions<LaunchOptions> options,
    TimeProvider time,
    ILogger<Adopter> logger)
{
    /// <summary>For what was still starting. Nobody has worked in it yet, and the portal waits for it.</summary>
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(2);

    /// <summary>The instances to go on with. Leftovers are gone, and their records with them, when it returns.</summary>
    public async Task<IReadOnlyList<Adopted>> AdoptAsync(CancellationToken cancellationToken)
    {
        var recorded = records.Read();
        var looking = recorded.Select(record => LookAsync(record, cancellationToken));
        var strays = Strays.In(paths.Logs, [Posix.UserId, .. apps.Users.Select(user => user.Id)], recorded.Select(record => record.Port).ToHashSet());
        await Task.WhenAll(strays.Select(StopAsync).ToList());
        return [.. (await Task.WhenAll(looking)).OfType<Adopted>()];
    }

    private async Task StopAsync(ProcessIdentity stray)
    {
        Log.Stray(logger, stray.Id);
        using var process = new AdoptedProcess(stray, time);
        await StopLadder.DescendAsync(process, options.Value.StopTimeout, time, AppMark.Of(stray.Id) ?? 0);
    }

    private async Task<Adopted?> LookAsync(InstanceRecord record, CancellationToken cancellationToken)
    {
        if (!record.IsProvablyOurs())
        {
            Log.NotThere(logger, record.Key.Client, record.Slug, record.ProcessId);
            if (!await MarkedProcesses.EndAsync(record.CurrentMark(), options.Value.StopTimeout, time))
                Log.Left(logger, record.Key.Client, record.Slug, record.ProcessId);
            records.Forget(record.Key);
            return null;
        }

        var mark = MarkOf(record);
        var process = new AdoptedProcess(record.Process, time);
        if (FindWanted(record) is var (client, app) && ports.LeaseAgain(record.Key, record.Port) is { } lease)
        {
            var isReady = record.WasReady
                ? ReadyCheck.IsListener(process, record.Port)
                : await ready.WaitAsync(process, record.Port, app, StartTimeout, cancellationToken) is ReadyOutcome.Ready;
            if (isReady)
            {
                Log.Adopted(logger, record.Key.Client, record.Slug, record.ProcessId, record.Port);
                return new Adopted(client, app, process, lease, record.Since, mark);
            }

            lease.Dispose();
        }

        Log.Leftover(logger, record.Key.Client, record.Slug, record.ProcessId);
        await StopLadder.DescendAsync(process, options.Value.StopTimeout, time, mark);
        process.Dispose();
        records.Forget(record.Key);
        return null;
    }

    /// <summary>Its mark. One that an earlier version started has none of its own, and gets it with what is in its session.</summary>
    private static ulong MarkOf(InstanceRecord record)
    {
        if (record.CurrentMark() is > 0 and var own)
            return own;
        if (AppMark.Of(record.ProcessId) is { } there && AppMark.IsOfInstance(there))
            return there;
        var mark = AppMark.New();
        foreach (var id in ProcessTable.Session(record.ProcessId).ToList())
            AppMark.Put(id, mark);
        return mark;
    }

    /// <summary>Whose it is and which app, where both are still what they were, and whom the app runs as.</summary>
    private (ClientIdentity Client, App App)? FindWanted(InstanceRecord record) =>
        access.Identify(record.Key.Client) is { } client
        && string.Equals(client.Role.ToString(), record.Role, StringComparison.Ordinal)
        && apps.Find(record.Slug, client.Role) is { } app
        && string.Equals(app.Script, record.Script, StringComparison.Ordinal)
        && ProcessTable.UserOf(record.ProcessId) == (app.RunAs?.Id ?? Posix.UserId)
            ? (client, app)
            : null;

    private static partial class Log
    {
        [LoggerMessage(2022, LogLevel.Information, "{Client}/{App}: adopted as process {ProcessId} on port {Port}")]
        public static partial void Adopted(ILogger logger, IPAddress client, string app, int processId, int port);

        [LoggerMessage(2023, LogLevel.Information, "{Client}/{App}: process {ProcessId} is gone, or is another now; it is left alone")]
        public static partial void NotThere(ILogger logger, IPAddress client, string app, int processId);

        [LoggerMessage(2027, LogLevel.Warning, "{Client}/{App}: process {ProcessId} has left others that do not end, not even by KILL")]
        public static partial void Left(ILogger logger, IPAddress client, string app, int processId);

        [LoggerMessage(2025, LogLevel.Warning, "Process {ProcessId} was started by an earlier portal that was killed before it wrote so down; it is stopped")]
        public static partial void Stray(ILogger logger, int processId);

        [LoggerMessage(2024, LogLevel.Warning, "{Client}/{App}: process {ProcessId} is left over from an earlier portal; it is stopped")]
        public static partial void Leftover(ILogger logger, IPAddress client, string app, int processId);
    }
}

/// <summary>An instance of an earlier portal, proven to be ours, that has been ready.</summary>
internal sealed record Adopted(ClientIdentity Client, App App, IInstanceProcess Process, PortLease Lease, DateTimeOffset Since, ulong Mark);
