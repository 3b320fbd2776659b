using System.Net;
using System.Text.Json.Serialization;
using Portal.Web.Launch.Processes;

namespace Portal.Web.Launch.Adoption;

/// <summary>What the next portal has to know of an instance to adopt it, or to clear it away.</summary>
/// <param name="Client">Whose it is.</param>
/// <param name="Boot">The machine's boot in which the process was started: start times count from there.</param>
/// <param name="Executable">The file that the process executes; null while it starts, as it passes through others then.</param>
/// <param name="Script">The app's script, which has to be the same still.</param>
/// <param name="WasReady">False where its portal was killed before the instance answered for the first time.</param>
/// <param name="Mark">What its processes are known by, see <see cref="AppMark.New"/>; 0 in a record of an earlier version.</param>
internal sealed record InstanceRecord(
    string Client,
    string Slug,
    string Role,
    int ProcessId,
    long StartTime,
    string Boot,
    string? Executable,
    string Script,
    int Port,
    DateTimeOffset Since,
    bool WasReady,
    ulong Mark = 0)
{
    /// <summary>The boot that the machine runs in now.</summary>
    public static string CurrentBoot { get; } = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    [JsonIgnore]
    public InstanceKey Key => new(IPAddress.Parse(Client), Slug);

    [JsonIgnore]
    public ProcessIdentity Process => new(ProcessId, StartTime);

    /// <summary>
    /// True where the process of that number is the one that was started: same boot, same start time, same file
    /// executed. Whatever differs is somebody else's process.
    /// </summary>
    public bool IsProvablyOurs() =>
        string.Equals(Boot, CurrentBoot, StringComparison.Ordinal)
        && Process.IsAlive
        && (Executable is null || string.Equals(Executable, ProcessTable.ExecutableOf(ProcessId), StringComparison.Ordinal));

    /// <summary>The mark that its processes are known by now; 0 where there is none any more.</summary>
    public ulong CurrentMark() => string.Equals(Boot, CurrentBoot, StringComparison.Ordinal) ? Mark : 0;

    /// <summary>The record of a process; null where it is gone already.</summary>
    public static InstanceRecord? Of(
        InstanceKey key, App app, string role, int processId, int port, DateTimeOffset since, bool isReady, ulong mark = 0) =>
        ProcessIdentity.Of(processId) is { } process
            ? new InstanceRecord(
                key.Client.ToString(), key.Slug, role, process.Id, process.StartTime, CurrentBoot,
                isReady ? ProcessTable.ExecutableOf(process.Id) : null, app.Script, port, since, isReady, mark)
            : null;
}
