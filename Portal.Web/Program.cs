using Portal.Data;
using Portal.Web.Access;
using Portal.Web.Announcements;
using Portal.Web.Audit;
using Portal.Web.Commands;
using Portal.Web.Control;
using Portal.Web.Health;
using Portal.Web.Hosting;
using Portal.Web.Launch;
using Portal.Web.Pages;
using Portal.Web.Proxy;
using Portal.Web.Telemetry;
using Portal.Web.Tls;

namespace Portal.Web;

internal static class Program
{
    public static Task<int> Main(string[] args) => PortalCommand.IsIn(args)
        ? PortalCommand.RunAsync(args)
        : StartFailure.ExplainAsync(() => RunAsync(args));

    private static async Task RunAsync(string[] args)
    {
        ConnectionLimit.Require();
        await using var app = Build(args);
        try
        {
            await app.StartAsync();
        }
        catch (Exception e) when (StartFailure.IsOfAddress(e))
        {
            // The server starts last: what has started before it ends as ever. After any other failure nothing may touch the database.
            await app.StopAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        await app.WaitForShutdownAsync();
    }

    /// <summary>The whole portal, ready to run; tests start it with arguments of their own.</summary>
    internal static WebApplication Build(string[] args)
    {
        var builder = PortalHost.CreateBuilder(args);
        builder.Services.AddPortalData(new PortalPaths(builder.Configuration).ConnectionString);
        builder.Services.AddAccess();
        builder.Services.AddTls(builder.Configuration);
        builder.Services.AddAudit();
        builder.Services.AddLaunch();
        builder.Services.AddProxy();
        builder.Services.AddAnnouncements();
        builder.Services.AddControl();
        builder.Services.AddHealth();
        builder.Services.AddTelemetry(builder.Configuration);
        builder.Services.AddStaticFiles();
        builder.Services.AddScreens();

        var app = builder.Build();
        app.Services.GetRequiredService<SettingsCheck>().Require();
        app.Services.GetRequiredService<PortalPaths>().Create();
        app.UseTraces();
        app.UseSecurityHeaders();
        app.UseScreens();
        app.UseInstanceGate();
        app.UseTrustedProxies();
        app.UseOriginGate();
        app.UseRedirectToHttps();
        app.UsePublicFiles();
        app.UseIdentification();
        app.UseOriginSplit();
        app.UseApps();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UsePrivateFiles();
        app.MapHealth();
        app.MapMetrics();
        app.MapApps();
        app.MapScreens();
        return app;
    }
}
