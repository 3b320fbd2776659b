using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Portal.Data;

namespace Portal.Web.Access;

/// <summary>Who is asking? Address → registration → role; deny by default.</summary>
internal static class AccessSetup
{
    public const string Scheme = "Address";

    /// <summary>The policy of the admin pages: admins, who open them themselves. No script reads them, an app's least of all.</summary>
    public const string AdminPolicy = "Admin";

    /// <summary>The policy of what admin pages ask for while they are looked at.</summary>
    public const string AdminFeedPolicy = "AdminFeed";

    /// <summary>The policy of the page that refuses: anybody, but only to look.</summary>
    public const string VisitorPolicy = "Visitor";

    /// <summary>The policy of asking for access: anybody, where it is switched on.</summary>
    public const string AskPolicy = "Ask";

    /// <summary>The policy of the health endpoints: this machine and the configured networks, registered or not.</summary>
    public const string HealthPolicy = "Health";

    public static IServiceCollection AddAccess(this IServiceCollection services)
    {
        services.TryAddSingleton<Origins>();
        services.AddSingleton<HostNames>();
        services.AddSingleton<RegistryAccess>();
        services.AddSingleton<ConnectionQuota>();
        services.AddSingleton<RefusalLimit>();
        services.AddSingleton<RegistryBootstrap>();
        services.AddHostedService<RegistryRefresh>();
        services.AddSingleton<Sightings>();
        services.AddHostedService<SightingRecorder>();

        services.AddAuthentication(Scheme).AddScheme<AuthenticationSchemeOptions, AccessHandler>(Scheme, null);
        services.AddSingleton<IAuthorizationHandler, HealthRequirement.Handler>();
        services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build())
            .SetDefaultPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build())
            .AddPolicy(AdminPolicy, policy => policy.RequireRole(nameof(Role.Admin)).RequireAssertion(IsOpenedByPerson))
            .AddPolicy(AdminFeedPolicy, policy => policy.RequireRole(nameof(Role.Admin)).RequireAssertion(IsNotOfApp))
            .AddPolicy(VisitorPolicy, policy => policy.RequireAssertion(context =>
                context.Resource is HttpContext { Request.Method: "GET" or "HEAD" }))
            .AddPolicy(AskPolicy, policy => policy.RequireAssertion(context =>
                context.Resource is HttpContext { Request.Method: "GET" or "HEAD" or "POST" } http
                && http.RequestServices.GetRequiredService<IOptions<AccessOptions>>().Value.Requests))
            .AddPolicy(HealthPolicy, policy => policy.AddRequirements(new HealthRequirement()));
        return services;
    }

    /// <summary>Keeps pages of the portal and of apps on their own origins, where they have one each.</summary>
    public static void UseOriginSplit(this IApplicationBuilder app)
    {
        if (app.ApplicationServices.GetRequiredService<Origins>().Apps is not null)
            app.UseMiddleware<OriginSplit>();
    }

    /// <summary>Refuses what comes by a name that is not the portal's, or from a page of another site.</summary>
    public static void UseOriginGate(this IApplicationBuilder app)
    {
        app.UseMiddleware<OriginGate>();
        app.Use(CookieReader.UseAsync);
    }

    /// <summary>Finds out who asks, by the address that is left after proxies are peeled off; bounds what strangers ask for.</summary>
    public static void UseIdentification(this IApplicationBuilder app)
    {
        app.UseMiddleware<Identification>();
        app.Use(app.ApplicationServices.GetRequiredService<RefusalLimit>().InvokeAsync);
        app.Use(RequestLimits.InvokeAsync);
    }

    /// <summary>A page asks with HEAD whether it may still be seen, which tells nothing.</summary>
    private static bool IsOpenedByPerson(AuthorizationHandlerContext context) =>
        context.Resource is HttpContext { Request: var request }
        && IsNotOfApp(context)
        && (RequestOrigin.IsNavigation(request) is not false || HttpMethods.IsHead(request.Method));

    /// <summary>False where the browser names an app's page as the one behind the request, and for what it fetches ahead of a person.</summary>
    private static bool IsNotOfApp(AuthorizationHandlerContext context) =>
        context.Resource is HttpContext { Request: var request }
        && !RequestOrigin.IsSpeculative(request)
        && (!RequestOrigin.IsFromApp(request) || (HttpMethods.IsGet(request.Method) && RequestOrigin.IsNavigation(request) is true));

    /// <summary>Peels configured proxies off the remote address; without any, no header changes who is asking.</summary>
    public static void UseTrustedProxies(this IApplicationBuilder app)
    {
        var proxies = app.ApplicationServices.GetRequiredService<IOptions<AccessOptions>>().Value.TrustedProxies;
        if (proxies.Count > 0)
            app.Use(new ForwardedChain([.. proxies.Select(NetworkNotation.Parse)]).InvokeAsync);
    }
}
