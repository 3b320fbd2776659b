using Portal.Web.Launch.Adoption;
using Portal.Web.Launch.Ports;
using Portal.Web.Launch.Prefork;
using Portal.Web.Launch.Processes;
using Portal.Web.Launch.Vitals;

namespace Portal.Web.Launch;

/// <summary>Is their app running? Find or start, watch, stop.</summary>
internal static class LaunchSetup
{
    public static IServiceCollection AddLaunch(this IServiceCollection services)
    {
        services.AddSingleton<AppCatalog>();
        services.AddHostedService<RunAsCheck>();
        services.AddPrefork();
        services.AddSingleton<PortPool>();
        services.AddSingleton<ReadyCheck>();
        services.AddSingleton<ControlGroups>(_ => new ControlGroups());
        services.AddSingleton<Launcher>();
        services.AddSingleton<LaunchEvents>();
        services.AddOptions<LaunchOptions>().Configure<IHostEnvironment>((launch, environment) =>
            launch.KeepInstances ??= environment.IsProduction());
        services.AddSingleton<InstanceRecords>();
        services.AddSingleton<Adopter>();
        services.AddSingleton<Supervisor>();
        services.AddSingleton<InstancePeers>();
        services.AddHostedService(provider => provider.GetRequiredService<Supervisor>());
        services.AddHostedService<LogKeeper>();
        services.AddHostedService<UsageRecorder>();
        services.AddSingleton<Anticipation>();
        services.AddSingleton<HostMemory>(_ => new HostMemory());
        services.AddHostedService<ResourceWatch>();
        services.AddHostedService<HealthWatch>();

        // Long enough for every instance to go down its ladder, all at once. Read without the validator: the host asks
        // for this before the errors of all sections are told together.
        services.AddOptions<HostOptions>().Configure<IConfiguration>((host, configuration) =>
            host.ShutdownTimeout = TimeSpan.FromSeconds(15)
                + (configuration.GetSection(LaunchOptions.Section).Get<LaunchOptions>() ?? new()).StopTimeout);
        return services;
    }
}
