using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using Portal.Data;

namespace Portal.Web.Access;

/// <summary>Who is asking? Address → registration → role; deny by default.</summary>
internal static class AccessSetup
{
    public const string Scheme = "Address";

    /// <summary>The policy of the admin pages.</summary>
    public const string AdminPolicy = "Admin";

    /// <summary>The policy of the page that refuses: anybody, but only to look.</summary>
    public const string VisitorPolicy = "Visitor";

    /// <summary>The policy of asking for access: anybody, where it is switched on.</summary>
    public const string AskPolicy = "Ask";

    /// <summary>The policy of the health endpoints: this machine and the configured networks, registered or not.</summary>
    public const string HealthPolicy = "Health";

    public static IServiceCollection AddAccess(this IServiceCollection services)
    {
        services.AddOptions<AccessOptions>().BindConfiguration(AccessOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AccessOptions>, AccessOptionsValidator>();
        services.AddSingleton<RegistryAccess>();
        services.AddSingleton<RegistryBootstrap>();
        services.AddHostedService<RegistryRefresh>();
        services.AddSingleton<Sightings>();
        services.AddHostedService<SightingRecorder>();

        services.AddAuthentication(Scheme).AddScheme<AuthenticationSchemeOptions, AccessHandler>(Scheme, null);
        services.AddSingleton<IAuthorizationHandler, HealthRequirement.Handler>();
        services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build())
            .SetDefaultPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build())
            .AddPolicy(AdminPolicy, policy => policy.RequireRole(nameof(Role.Admin)))
            .AddPolicy(VisitorPolicy, policy => policy.RequireAssertion(context =>
                context.Resource is HttpContext { Request.Method: "GET" or "HEAD" }))
            .AddPolicy(AskPolicy, policy => policy.RequireAssertion(context =>
                context.Resource is HttpContext { Request.Method: "GET" or "HEAD" or "POST" } http
                && http.RequestServices.GetRequiredService<IOptions<AccessOptions>>().Value.Requests))
            .AddPolicy(HealthPolicy, policy => policy.AddRequirements(new HealthRequirement()));
        return services;
    }

    /// <summary>Peels configured proxies off the remote address; without any, no header changes who is asking.</summary>
    public static void UseTrustedProxies(this IApplicationBuilder app)
    {
        var proxies = app.ApplicationServices.GetRequiredService<IOptions<AccessOptions>>().Value.TrustedProxies;
        if (proxies.Count is 0)
            return;

        var forwarded = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            ForwardLimit = null,
        };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
            forwarded.KnownIPNetworks.Add(NetworkNotation.Parse(proxy));
        app.UseForwardedHeaders(forwarded);
    }
}
