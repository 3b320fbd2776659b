using Microsoft.Extensions.Diagnostics.HealthChecks;
using Portal.Web.Launch.Vitals;

namespace Portal.Web.Health;

/// <summary>Checks that the disk of the data directory has space left.</summary>
internal sealed class DiskHealthCheck(PortalPaths paths) : IHealthCheck
{
    /// <summary>Bytes that have to be free; below it neither the audit log nor a log is kept.</summary>
    private const long LeastFree = 50L * 1024 * 1024;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(FreeBytes() is var free && free >= LeastFree
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy($"{MemoryRules.Megabytes(free)} are free on the disk of {paths.Data}."));

    private long FreeBytes()
    {
        try
        {
            return new DriveInfo(paths.Data).AvailableFreeSpace;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
