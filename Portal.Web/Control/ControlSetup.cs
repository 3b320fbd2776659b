namespace Portal.Web.Control;

/// <summary>What commands of this machine may ask of the portal while it runs.</summary>
internal static class ControlSetup
{
    /// <summary>After the instances are supervised: who asks is answered by what is there.</summary>
    public static IServiceCollection AddControl(this IServiceCollection services) => services.AddHostedService<ControlServer>();
}
