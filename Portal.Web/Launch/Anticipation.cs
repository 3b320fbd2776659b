using Microsoft.Extensions.Options;
using Portal.Data;
using Portal.Web.Access;

namespace Portal.Web.Launch;

/// <summary>Launches the app that a client is most likely to open next, while they look at the home page.</summary>
internal sealed class Anticipation(
    AppCatalog apps, Supervisor supervisor, UsageStore usage, IOptions<LaunchOptions> options, LaunchEvents events, TimeProvider time)
{
    private static readonly TimeSpan Memory = TimeSpan.FromDays(30);

    /// <summary>Begins, if the configuration says so; nobody has to wait for it.</summary>
    public Task BeginAsync(ClientIdentity client) =>
        options.Value.Anticipate && apps.OpenTo(client.Role) is { Count: > 0 } open ? LaunchLikeliestAsync(client, open) : Task.CompletedTask;

    private async Task LaunchLikeliestAsync(ClientIdentity client, IReadOnlyList<App> open)
    {
        try
        {
            if (await LikeliestAsync(client, open) is { } app)
                supervisor.Anticipate(client, app);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            events.NotAnticipated(client.Address, e); // the person launches it with a click
        }
    }

    private async Task<App?> LikeliestAsync(ClientIdentity client, IReadOnlyList<App> open)
    {
        if (open is [var only])
            return only;
        var since = DateOnly.FromDateTime((time.GetUtcNow() - Memory).UtcDateTime);
        var used = await usage.MostUsedAsync(client.Address, since, CancellationToken.None);
        return used.Select(slug => open.FirstOrDefault(app => string.Equals(app.Slug, slug, StringComparison.Ordinal)))
            .FirstOrDefault(app => app is not null);
    }
}
