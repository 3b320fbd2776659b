using Microsoft.Extensions.Options;

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
        RequireTime(options.GracePeriod, TimeSpan.Zero, TimeSpan.FromMinutes(1), nameof(options.GracePeriod));
        RequireTime(options.StartTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), nameof(options.StartTimeout));
        RequireTime(options.IdleTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromDays(365), nameof(options.IdleTimeout));
        RequireTime(options.IdleNotice, TimeSpan.Zero, TimeSpan.FromDays(1), nameof(options.IdleNotice));
        RequireTime(options.StopTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(5), nameof(options.StopTimeout));
        Require(options.MaxInstances > 0, nameof(options.MaxInstances),
            $"is {options.MaxInstances}; it must be at least 1.");
        Require(options.MaxLogSize >= 4096, nameof(options.MaxLogSize),
            $"is {options.MaxLogSize}; it must be at least 4096 bytes.");
        return failures.Count > 0 ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;

        void RequireTime(TimeSpan value, TimeSpan least, TimeSpan most, string property) =>
            Require(value >= least && value <= most, property, $"is {value}; it must be from {least} to {most}.");

        void Require(bool holds, string property, string complaint)
        {
            if (!holds)
                failures.Add($"{LaunchOptions.Section}:{property} {complaint}");
        }
    }
}
