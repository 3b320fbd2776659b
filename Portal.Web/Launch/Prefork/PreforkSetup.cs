namespace Portal.Web.Launch.Prefork;

/// <summary>The ways to start a process. Registered ahead of the supervisor, and so stopped after it.</summary>
internal static class PreforkSetup
{
    public static IServiceCollection AddPrefork(this IServiceCollection services)
    {
        services.AddSingleton<DirectStarter>();
        services.AddSingleton<PreforkEvents>();
        services.AddSingleton<PreforkStatus>();
        services.AddSingleton<SpawnerPool>();
        services.AddSingleton<IInstanceStarter, PreforkStarter>();
        services.AddHostedService<PreforkWarmUp>();
        return services;
    }
}
