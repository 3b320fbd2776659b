using System.Runtime.InteropServices;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Hosting.Systemd;
using Portal.Web.Hosting;

namespace Portal.Web;

/// <summary>What holds for the whole process: configuration, folders, addresses to listen on.</summary>
internal static partial class PortalHost
{
    /// <summary>Where people reach the portal unless <c>ASPNETCORE_URLS</c> or <c>--urls</c> says otherwise.</summary>
    public const string DefaultUrl = "http://0.0.0.0:8000";

    /// <summary>Every setting is read once, at the start; see also <see cref="UnwatchedFiles"/>.</summary>
    private const string NoReload = "--hostBuilder:reloadConfigOnChange=false";

    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = CreateBare(args);
        var paths = new PortalPaths(builder.Configuration);
        builder.Services.AddSingleton(paths);
        builder.Services.AddHostedService<DataDirectoryLock>();
        builder.Services.AddSingleton<ISystemdNotifier, SystemdNotifier>();
        builder.Services.AddHostedService<SystemdService>();
        builder.Services.AddDataProtection().PersistKeysToFileSystem(new DirectoryInfo(paths.Keys));
        return builder;
    }

    /// <summary>The configuration alone; nothing is created on disk.</summary>
    public static WebApplicationBuilder CreateBare(string[] args)
    {
        // Whatever this process and its children write is for their owner alone.
        _ = SetUmask(Convert.ToUInt32("077", 8));

        var builder = Read(args);
        builder.Environment.WebRootFileProvider = new UnwatchedFiles(builder.Environment.WebRootFileProvider);
        if (!SaysWhereToListen(builder.Configuration))
            builder.WebHost.UseUrls(DefaultUrl);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddSettings();
        return builder;
    }

    /// <exception cref="StartException">The configuration cannot be read; the message names the file or the argument.</exception>
    private static WebApplicationBuilder Read(string[] args)
    {
        try
        {
            return WebApplication.CreateBuilder(new WebApplicationOptions
            {
                Args = [.. args, NoReload],
                ApplicationName = typeof(PortalHost).Assembly.GetName().Name,
                ContentRootPath = AppContext.BaseDirectory,
                WebRootPath = PortalPaths.WebRoot,
            });
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or IOException or UnauthorizedAccessException)
        {
            var cause = e.GetBaseException();
            throw new StartException(cause == e
                ? $"The configuration cannot be read: {e.Message}"
                : $"The configuration cannot be read: {e.Message} {cause.Message}", e);
        }
    }

    private static bool SaysWhereToListen(ConfigurationManager configuration) =>
        ListenAddresses.Of(configuration).Count > 0 || configuration.GetSection("Kestrel:Endpoints").Exists();

    [LibraryImport("libc", EntryPoint = "umask")]
    private static partial uint SetUmask(uint mask);
}
