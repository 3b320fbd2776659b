using Microsoft.Extensions.Diagnostics.HealthChecks;
using Portal.Data;

namespace Portal.Web.Health;

/// <summary>Checks that the database can be written.</summary>
internal sealed class DatabaseHealthCheck(WritableCheck database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await database.WhyNotAsync(cancellationToken) is { } why
            ? HealthCheckResult.Unhealthy($"The database cannot be written: {why}")
            : HealthCheckResult.Healthy();
}
