using System.Globalization;
using Microsoft.Extensions.Options;
using Portal.Web.Launch;
using Portal.Web.Launch.Ports;
using Portal.Web.Launch.Processes;
using Portal.Web.Launch.Vitals;

namespace Portal.Web.Commands.Doctor;

/// <summary>The machine: memory, files that may be open, free ports, the programs that a launch runs, and what tells instances apart.</summary>
/// <param name="portal">The process of the portal that runs.</param>
/// <param name="isConfigured">False where the configuration has to be mended first.</param>
internal sealed class HostChecks(CommandRun run, int? portal, bool isConfigured)
{
    private const long LeastDescriptors = 1024, GoodDescriptors = 16_384;
    private const int FewPorts = 10;

    /// <summary>Of coreutils and util-linux.</summary>
    private static readonly string[] LaunchPrograms = ["env", "flock", "head", "mv", "nice", "prlimit", "rm", "setsid", "stat", "stdbuf", "timeout"];

    public IEnumerable<Finding> Examine() =>
        isConfigured ? [Memory(), Descriptors(), FreePorts(), Programs(), Mark(), .. Limits()] : [Descriptors(), Programs(), Mark()];

    private LaunchOptions Launch => run.Service<IOptions<LaunchOptions>>().Value;

    private Finding Memory()
    {
        const string Check = "memory";
        var available = run.Service<HostMemory>().Available();
        var reserve = Launch.MemoryReserve;
        var text = string.Create(CultureInfo.InvariantCulture, $"{available / 1024 / 1024} MB are available");
        var mend = "stop instances (portal instances list), set Portal:Launch:MemorySoftLimit, or give the server more";
        return available < reserve ? Finding.Problem(Check, $"{text}, less than Portal:Launch:MemoryReserve: nothing is launched", mend)
            : available < 2 * reserve ? Finding.Warning(Check, $"{text}, hardly more than Portal:Launch:MemoryReserve", mend)
            : Finding.Fine(Check, text);
    }

    private Finding Descriptors()
    {
        const string Check = "open files";
        const string Mend = "LimitNOFILE=65536 in the service's unit: each visitor takes two";
        var most = ProcessLimits.OpenFilesOf(portal ?? Environment.ProcessId);
        var whose = portal is null ? "a process of this user" : "the portal";
        var text = most is long.MaxValue ? $"{whose} may open any number" : string.Create(CultureInfo.InvariantCulture, $"{whose} may open {most}");
        return most < LeastDescriptors ? Finding.Problem(Check, text, Mend)
            : most < GoodDescriptors ? Finding.Warning(Check, text, Mend)
            : Finding.Fine(Check, text);
    }

    private static Finding Programs()
    {
        const string Check = "programs";
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        var missing = LaunchPrograms.Where(name => !Array.Exists(folders, folder => File.Exists(Path.Combine(folder, name)))).ToList();
        return missing.Count is 0
            ? Finding.Fine(Check, "all that starts instances and writes their logs is there")
            : Finding.Problem(Check, $"not in PATH: {string.Join(", ", missing)}", "install coreutils and util-linux");
    }

    private static Finding Mark()
    {
        const string Check = "instances' processes";
        return AppMark.IsOfInstance(AppMark.New())
            ? Finding.Fine(Check, "a stop ends all that an instance has started, in whatever session")
            : Finding.Warning(
                Check, "a stop ends the session of an instance alone: the limit on file locks is too low to mark what leaves it",
                "remove LimitLOCKS= from the service's unit, or raise `ulimit -x`");
    }

    private IEnumerable<Finding> Limits()
    {
        const string Check = "limits of instances";
        const string Mend = "set Delegate=yes and ProtectControlGroups=no in the service's unit, then restart it; its log says why it fails";
        if (run.Service<AppCatalog>().All.All(app => app.Limits.IsNone))
            yield break;
        if (portal is not { } id)
            yield return Finding.Warning(Check, "whether MemoryMax and CpuWeight hold is known only while the portal runs", "start it, and run doctor again");
        else if (Path.GetFileName(ControlGroups.PathOf(id)) is ControlGroups.Own)
            yield return Finding.Fine(Check, "the portal has control groups for MemoryMax and CpuWeight");
        else
            yield return Finding.Problem(Check, "MemoryMax or CpuWeight is set, and the portal has made no control group: they do not hold", Mend);
    }

    private Finding FreePorts()
    {
        const string Check = "port range";
        _ = PortRange.TryParse(Launch.PortRange, out var range);
        var listening = PortListener.AllPorts();
        var free = Enumerable.Range(range.First, range.Count).Count(port => !listening.Contains(port));
        var text = string.Create(CultureInfo.InvariantCulture, $"{free} of {range.Count} ports from {range.First} to {range.Last} are free");
        const string Mend = "widen Portal:Launch:PortRange";
        return free is 0 ? Finding.Problem(Check, text, Mend)
            : free < Math.Min(FewPorts, range.Count) ? Finding.Warning(Check, text, Mend)
            : Finding.Fine(Check, text);
    }
}
