using System.Net;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Portal.Web.Launch;
using Portal.Web.Launch.Prefork;
using Portal.Web.Resources;

namespace Portal.Web.Pages.Admin.Running;

/// <summary>What runs now, and for whom.</summary>
internal sealed class RunningModel(
    Supervisor supervisor, AppCatalog apps, PreforkStatus prefork, IStringLocalizer<Texts> text, ILogger<RunningModel> logger)
    : AdminPage(text)
{
    public IReadOnlyList<InstanceStatus> Instances { get; private set; } = [];

    /// <summary>How each app's instances are started at present, and why.</summary>
    public IEnumerable<(App App, string How)> Starts => apps.All.Select(app => (app, prefork.Of(app)));

    public void OnGet() => Instances = supervisor.List();

    public async Task<IActionResult> OnPostStopAsync(string client, string app)
    {
        if (KeyOf(client, app) is not { } key) return NotFound();

        var told = new LaunchFailure(LaunchFailureReason.Closed, $"It was stopped by {Viewer.DisplayName}.", []);
        var stopped = await supervisor.StopAsync(key, $"stopped by {Viewer.DisplayName}", Viewer, told);
        if (stopped) logger.Stopped(Actor.Name, key.Client, key.Slug);
        return Say(stopped ? "Stop_Done" : "Stop_Gone", key);
    }

    public async Task<IActionResult> OnPostRestartAsync(string client, string app)
    {
        if (KeyOf(client, app) is not { } key) return NotFound();

        var restarted = await supervisor.RestartAsync(key, $"restarted by {Viewer.DisplayName}", Viewer);
        if (restarted) logger.Restarted(Actor.Name, key.Client, key.Slug);
        return Say(restarted ? "Restart_Done" : "Stop_Gone", key);
    }

    public IActionResult OnPostReset(string client, string app)
    {
        if (KeyOf(client, app) is not { } key) return NotFound();

        supervisor.ForgetFailure(key);
        logger.Reset(Actor.Name, key.Client, key.Slug);
        return Say("Reset_Done", key);
    }

    private static InstanceKey? KeyOf(string client, string app) =>
        IPAddress.TryParse(client, out var address) ? new InstanceKey(address, app) : null;

    private LocalRedirectResult Say(string message, InstanceKey key)
    {
        TempData.SayDone(Text[message, key]);
        return LocalRedirect("/admin/running");
    }
}
