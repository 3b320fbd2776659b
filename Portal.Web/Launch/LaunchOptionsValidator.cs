using Microsoft.Extensions.Options;
using Portal.Web.Launch.Processes;

namespace Portal.Web.Launch;

/// <summary>Names every key of <c>Portal:Launch</c> that is to be mended.</summary>
internal sealed class LaunchOptionsValidator : IValidateOptions<LaunchOptions>
{
    public ValidateOptionsResult Validate(string? name, LaunchOptions options)
    {
        var failures = new List<string>();
        Require(Enum.IsDefined(options.Mode), nameof(options.Mode), $"is {options.Mode}; it must be Auto, Prefork or Direct.");
        Require(Ports.PortRange.TryParse(options.PortRange, out _), nameof(options.PortRange),
            $"is '{options.PortRange}'; it must be two ports such as 8501-8999, from "
            + $"{Ports.PortRange.Lowest} to {Ports.PortRange.Highest}.");
        Require(options.Python.Length > 0, nameof(options.Python), "is empty; name a Python that has Streamlit.");
        if (options.RunAs.Length > 0 && SystemUser.WhyUnfit(options.RunAs) is { } unfit)
            Require(false, nameof(options.RunAs), unfit);
        RequireTime(options.GracePeriod, TimeSpan.Zero, TimeSpan.FromMinutes(1), nameof(options.GracePeriod));
        RequireTime(options.StartTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), nameof(options.StartTimeout));
        RequireTime(options.IdleTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromDays(365), nameof(options.IdleTimeout));
        RequireTime(options.MaxBusyTime, TimeSpan.Zero, TimeSpan.FromDays(365), nameof(options.MaxBusyTime));
        RequireTime(options.IdleNotice, TimeSpan.Zero, TimeSpan.FromDays(1), nameof(options.IdleNotice));
        RequireTime(options.StopTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(5), nameof(options.StopTimeout));
        Require(options.MaxInstances > 0, nameof(options.MaxInstances),
            $"is {options.MaxInstances}; it must be at least 1.");
        Require(options.LaunchesPerMinute >= 0, nameof(options.LaunchesPerMinute),
            $"is {options.LaunchesPerMinute}; it must be a number from 1 on, or 0 for no limit.");
        Require(options.MemorySoftLimit is null or > 0, nameof(options.MemorySoftLimit),
            $"is {Bytes(options.MemorySoftLimit)}; it must be over 0, such as 512MB, or left out for no limit.");
        Require(options.MemoryHardLimit is null or > 0, nameof(options.MemoryHardLimit),
            $"is {Bytes(options.MemoryHardLimit)}; it must be over 0, such as 1GB, or left out for no limit.");
        Require(!(options.MemorySoftLimit > options.MemoryHardLimit), nameof(options.MemorySoftLimit),
            $"is {Bytes(options.MemorySoftLimit)}; it must not be over {nameof(options.MemoryHardLimit)}, which is {Bytes(options.MemoryHardLimit)}.");
        Require(GroupLimits.IsMemoryMax(options.MemoryMax), nameof(options.MemoryMax),
            $"is {Bytes(options.MemoryMax)}; it must be at least 64MB, such as 1GB, or left out for no limit.");
        Require(GroupLimits.IsCpuWeight(options.CpuWeight), nameof(options.CpuWeight),
            $"is {options.CpuWeight}; it must be from 1 to 10000, or left out for the usual 100.");
        Require(options.MemoryReserve >= 0, nameof(options.MemoryReserve),
            $"is {Bytes(options.MemoryReserve)}; it must be 0 for none, or such as 256MB.");
        Require(options.MaxOpenFiles is 0 or >= 64, nameof(options.MaxOpenFiles),
            $"is {options.MaxOpenFiles}; it must be at least 64, or 0 for the system's limit.");
        Require(options.MaxProcesses is 0 or >= 64, nameof(options.MaxProcesses),
            $"is {options.MaxProcesses}; it must be at least 64, or 0 for the system's limit.");
        RequireTime(options.HealthInterval, TimeSpan.FromSeconds(0.1), TimeSpan.FromHours(1), nameof(options.HealthInterval));
        Require(options.MaxLogSize >= 4096, nameof(options.MaxLogSize),
            $"is {Bytes(options.MaxLogSize)}; it must be at least 4KB, such as 10MB.");
        RequireTime(options.LogRetention, TimeSpan.FromHours(1), TimeSpan.FromDays(3650), nameof(options.LogRetention));
        RequireTime(options.UsageRetention, TimeSpan.FromDays(1), TimeSpan.FromDays(3650), nameof(options.UsageRetention));
        return failures.Count > 0 ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;

        static string Bytes(long? value) => value is { } bytes ? ByteSize.Format(bytes) : "none";

        void RequireTime(TimeSpan value, TimeSpan least, TimeSpan most, string property) =>
            Require(value >= least && value <= most, property, $"is {Duration.Format(value)}; it must be from {Duration.Format(least)} to {Duration.Format(most)}.");

        void Require(bool holds, string property, string complaint)
        {
            if (!holds)
                failures.Add($"{LaunchOptions.Section}:{property} {complaint}");
        }
    }
}
