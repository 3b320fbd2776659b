namespace Portal.Web.Announcements;

/// <summary>What the admins tell everybody.</summary>
internal static class AnnouncementsSetup
{
    public static IServiceCollection AddAnnouncements(this IServiceCollection services)
    {
        services.AddSingleton<AnnouncementBoard>();
        services.AddHostedService(provider => provider.GetRequiredService<AnnouncementBoard>());
        return services;
    }
}
