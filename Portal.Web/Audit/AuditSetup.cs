namespace Portal.Web.Audit;

/// <summary>What was done, and who was refused: on record.</summary>
internal static class AuditSetup
{
    /// <summary>Before the instances are supervised: hosted services stop in reverse order, and their last stops count too.</summary>
    public static IServiceCollection AddAudit(this IServiceCollection services)
    {
        services.AddSingleton<Refusals>();
        services.AddHostedService<AuditRecorder>();
        return services;
    }
}
