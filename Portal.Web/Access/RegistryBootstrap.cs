using Microsoft.Extensions.Options;
using Portal.Data;

namespace Portal.Web.Access;

/// <summary>Fills a registry that never held anything with what the configuration names.</summary>
internal sealed partial class RegistryBootstrap(
    RegisteredIpStore store, IOptions<AccessOptions> options, ILogger<RegistryBootstrap> logger)
{
    private const string Key = $"{AccessOptions.Section}:{nameof(AccessOptions.Bootstrap)}";

    /// <exception cref="OptionsValidationException">An entry cannot be registered; the message names it.</exception>
    public async Task FillAsync(CancellationToken cancellationToken)
    {
        var drafts = options.Value.Bootstrap
            .Select(entry => new RegisteredIpDraft(
                entry.Address, Enum.Parse<Role>(entry.Role ?? "", ignoreCase: true), entry.PortNumber, entry.Label))
            .ToList();
        var outcome = await store.FillIfEmptyAsync(drafts, cancellationToken);
        if (outcome.Errors.Count > 0)
            throw new OptionsValidationException(Key, typeof(AccessOptions), outcome.Errors.Select(Complaint));
        if (outcome.Added > 0)
            Log.RegistryFilled(logger, outcome.Added, Key);
    }

    private static string Complaint(BootstrapError entry) =>
        $"{Key}:{entry.Index}: " + string.Join(", ", entry.Errors.Select(e => $"{e.Field} {e.Code} {e.Argument}".Trim()));

    private static partial class Log
    {
        [LoggerMessage(1001, LogLevel.Information, "The empty registry was filled with {Count} rows from {Key}")]
        public static partial void RegistryFilled(ILogger logger, int count, string key);
    }
}
