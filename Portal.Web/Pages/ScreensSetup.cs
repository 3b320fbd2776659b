using System.Text.Unicode;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.WebEncoders;
using Portal.Web.Access;
using Portal.Web.Pages.Admin.Dashboard;
using Portal.Web.Pages.Admin.Running;
using Portal.Web.Proxy;

namespace Portal.Web.Pages;

/// <summary>The pages and what surrounds them: languages, antiforgery, the answers to what failed.</summary>
internal static class ScreensSetup
{
    public static IServiceCollection AddScreens(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<Origins>();

        services.AddLocalization();
        services.Configure<RequestLocalizationOptions>(Languages.Configure);
        // Korean text as it is, not as entities.
        services.Configure<WebEncoderOptions>(options => options.TextEncoderSettings = new(UnicodeRanges.All));

        services.AddRazorPages(options =>
        {
            options.Conventions.AuthorizeFolder("/Admin", AccessSetup.AdminPolicy);
            options.Conventions.AuthorizePage("/Unauthorized", AccessSetup.VisitorPolicy);
            options.Conventions.AuthorizePage("/Ask", AccessSetup.AskPolicy);
        }).AddMvcOptions(options =>
        {
            options.Filters.Add<ScreenFilter>();
            options.Filters.Add<FormKeeper>();
        });
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "portal-antiforgery";
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        services.Configure<CookieTempDataProviderOptions>(options =>
        {
            options.Cookie.Name = Flash.Cookie;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        services.AddSingleton<LiveStreams>();
        services.AddSingleton<RunningFeed>();
        services.AddSingleton<Problems>();
        services.AddSingleton<OverviewSource>();
        services.AddSingleton<AppNotice>();
        services.AddSingleton<PageTag>(provider => provider.GetRequiredService<AppNotice>().TagAsync);
        return services;
    }

    /// <summary>The outermost middleware: whatever comes out of the pipeline without a body becomes a page or a problem.</summary>
    public static IApplicationBuilder UseScreens(this IApplicationBuilder app) => app.UseStatusScreens();

    public static IEndpointRouteBuilder MapScreens(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapRazorPages();
        endpoints.MapNotices();
        endpoints.MapOutcome();
        endpoints.MapLive();
        return endpoints;
    }
}
