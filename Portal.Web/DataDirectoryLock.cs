using System.Globalization;
using Microsoft.Extensions.Options;

namespace Portal.Web;

/// <summary>
/// One portal for one data directory: two would adopt and stop each other's instances. The system gives the lock back
/// whichever way the portal ends.
/// </summary>
internal sealed class DataDirectoryLock(PortalPaths paths) : IHostedService, IDisposable
{
    private FileStream? _lock;

    /// <exception cref="OptionsValidationException">Another portal holds it; the message names its process.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // Two files: one that is locked cannot be read by those who have to be told whose it is.
        var owner = paths.ProcessId;
        try
        {
            _lock = new FileStream(paths.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(owner))
        {
            var process = (await File.ReadAllTextAsync(owner, cancellationToken)).Trim();
            throw new OptionsValidationException("Portal:DataDirectory", typeof(PortalPaths),
                [$"Portal:DataDirectory is {paths.Data}, which a portal uses already, process {process}; "
                    + "stop that one, or name another folder."]);
        }

        await File.WriteAllTextAsync(owner, Environment.ProcessId.ToString(CultureInfo.InvariantCulture), cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _lock?.Dispose();
}
