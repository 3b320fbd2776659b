using Microsoft.Extensions.Options;
using Portal.Data;

namespace Portal.Web.Access;

/// <summary>Names every key of <c>Portal:Access</c> that is to be mended.</summary>
internal sealed class AccessOptionsValidator : IValidateOptions<AccessOptions>
{
    public ValidateOptionsResult Validate(string? name, AccessOptions options)
    {
        var failures = new List<string>();
        CheckNetworks(options.TrustedProxies, nameof(options.TrustedProxies), failures);
        CheckNetworks(options.HealthNetworks, nameof(options.HealthNetworks), failures);
        for (var i = 0; i < options.HostNames.Count; i++)
        {
            if (!IsHostName(options.HostNames[i]))
                failures.Add($"{AccessOptions.Section}:{nameof(options.HostNames)}:{i} is '{options.HostNames[i]}'; it must be a name without port (portal.company.com), *.company.com, or * for any.");
        }

        CheckNumber(options.MaxConnections, nameof(options.MaxConnections), failures);
        CheckNumber(options.RefusedPerMinute, nameof(options.RefusedPerMinute), failures);
        for (var i = 0; i < options.Bootstrap.Count; i++)
        {
            var key = $"{AccessOptions.Section}:{nameof(options.Bootstrap)}:{i}";
            CheckNetwork(options.Bootstrap[i].Address, $"{key}:Address", failures);
            if (!Enum.TryParse<Role>(options.Bootstrap[i].Role, ignoreCase: true, out var role) || !Enum.IsDefined(role))
                failures.Add($"{key}:Role is '{options.Bootstrap[i].Role}'; it must be Admin or User.");
            if (options.Bootstrap[i] is { Port: { Length: > 0 } port, PortNumber: null })
                failures.Add($"{key}:Port is '{port}'; it must be a number, or empty for any free port.");
        }

        if (options.Bootstrap.Count > 0 && failures.Count is 0 && !options.Bootstrap.Any(IsAdmin))
            failures.Add($"{AccessOptions.Section}:{nameof(options.Bootstrap)} has no Admin; nobody could ever register anybody.");
        return failures.Count > 0 ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;
    }

    private static bool IsHostName(string pattern) =>
        pattern is Access.HostNames.Any
        || (Access.HostNames.Ascii(pattern) is { } name
            && Uri.CheckHostName(name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name) is UriHostNameType.Dns);

    private static bool IsAdmin(AccessOptions.BootstrapEntry entry) =>
        string.Equals(entry.Role, nameof(Role.Admin), StringComparison.OrdinalIgnoreCase);

    private static void CheckNumber(int number, string property, List<string> failures)
    {
        if (number < 0)
            failures.Add($"{AccessOptions.Section}:{property} is {number}; it must be a number from 1 on, or 0 for no limit.");
    }

    private static void CheckNetworks(IList<string> networks, string property, List<string> failures)
    {
        for (var i = 0; i < networks.Count; i++)
            CheckNetwork(networks[i], $"{AccessOptions.Section}:{property}:{i}", failures);
    }

    private static void CheckNetwork(string? text, string key, List<string> failures)
    {
        if (NetworkNotation.TryParse(text, out _, out var error, out var suggestion))
            return;
        failures.Add(error is RegistryErrorCode.NetworkHasHostBits
            ? $"{key} is '{text}', which has bits set outside its prefix; did you mean {suggestion}?"
            : $"{key} is '{text}'; it must be an address (10.1.2.3) or a network (10.1.0.0/16).");
    }
}
