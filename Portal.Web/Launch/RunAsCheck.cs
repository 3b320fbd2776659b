using Microsoft.Extensions.Options;
using Portal.Web.Launch.Processes;

namespace Portal.Web.Launch;

/// <summary>
/// Keeps a portal from starting that is to run apps as another user and may not. Apart from the validators: commands, which
/// share those, need no such rights.
/// </summary>
internal sealed class RunAsCheck(AppCatalog catalog) : IHostedService
{
    /// <exception cref="OptionsValidationException">A right is missing; the message names it.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (catalog.Users.Count > 0 && Capabilities.MissingOf() is { Count: > 0 } missing)
        {
            const string Key = $"{LaunchOptions.Section}:{nameof(LaunchOptions.RunAs)}";
            throw new OptionsValidationException(Key, typeof(LaunchOptions),
                [$"{Key} is {string.Join(", ", catalog.Users.Select(user => user.Name))}, and the portal lacks {string.Join(", ", missing)} for it; "
                    + $"set AmbientCapabilities={Capabilities.All} in its unit, or start it as root."]);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
