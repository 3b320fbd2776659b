using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Portal.Web.Access;
using Portal.Web.Audit;
using Portal.Web.Launch;
using Portal.Web.Pages;
using Portal.Web.Proxy;
using Portal.Web.Tls;

namespace Portal.Web.Hosting;

/// <summary>All option types with their sections and validators, in one place: the portal and its commands read the same.</summary>
internal static class PortalSettings
{
    public const string Root = "Portal";

    private static readonly (string Section, Type Type, Action<IServiceCollection> Add)[] All =
    [
        Of<DataOptions>(DataOptions.Section),
        Of<ScreensOptions, ScreensOptionsValidator>(ScreensOptions.Section),
        Of<OriginsOptions, OriginsOptionsValidator>(OriginsOptions.Section),
        Of<TlsOptions>(TlsOptions.Section),
        Of<CertificateOptions, CertificateOptionsValidator>(CertificateOptions.Section),
        Of<AccessOptions, AccessOptionsValidator>(AccessOptions.Section),
        Of<AuditOptions, AuditOptionsValidator>(AuditOptions.Section),
        Of<LaunchOptions, LaunchOptionsValidator>(LaunchOptions.Section),
        Of<AppsOptions, AppsOptionsValidator>(AppsOptions.Section),
        Of<ProxyOptions, ProxyOptionsValidator>(ProxyOptions.Section),
    ];

    public static IEnumerable<(string Section, Type Type)> Sections => All.Select(one => (one.Section, one.Type));

    /// <summary>Reads and examines the configuration; see <see cref="SettingsReader"/> and <see cref="SettingsCheck"/>.</summary>
    public static void AddSettings(this WebApplicationBuilder builder)
    {
        var mistakes = SettingsReader.Read(builder.Configuration);
        builder.Services.AddSingleton(services => new SettingsCheck(mistakes, services));
        foreach (var (_, _, add) in All)
            add(builder.Services);
    }

    private static (string Section, Type Type, Action<IServiceCollection> Add) Of<TOptions>(string section)
        where TOptions : class =>
        (section, typeof(TOptions), services => services.AddOptions<TOptions>().BindConfiguration(section).ValidateOnStart());

    private static (string Section, Type Type, Action<IServiceCollection> Add) Of<TOptions, TValidator>(string section)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>
    {
        var bare = Of<TOptions>(section);
        return (bare.Section, bare.Type, Add);

        void Add(IServiceCollection services)
        {
            bare.Add(services);
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TOptions>, TValidator>());
        }
    }
}
