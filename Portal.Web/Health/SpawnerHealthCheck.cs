using Microsoft.Extensions.Diagnostics.HealthChecks;
using Portal.Web.Launch;
using Portal.Web.Launch.Prefork;

namespace Portal.Web.Health;

/// <summary>Checks that the processes that instances are forked from are warm; names the apps that go without.</summary>
internal sealed class SpawnerHealthCheck(PreforkStatus prefork, AppCatalog apps) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(prefork.IsSettled
            ? HealthCheckResult.Healthy(string.Join(' ', apps.All.Where(prefork.HasGivenUp).Select(app => $"{app.Slug}: {prefork.Of(app)}")))
            : HealthCheckResult.Unhealthy("The apps are being loaded ahead of the first launch."));
}
