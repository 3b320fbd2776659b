using System.Net;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Portal.Web.Launch;
using Portal.Web.Launch.Prefork;
using Portal.Web.Resources;

namespace Portal.Web.Pages.Admin;

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
        if (!IPAddress.TryParse(client, out var address)) return NotFound();

        var key = new InstanceKey(address, app);
        var stopped = await supervisor.StopAsync(key, $"stopped by {Viewer.DisplayName}");
        if (stopped) logger.Stopped(Actor.Name, key);
        TempData.SayDone(Text[stopped ? "Stop_Done" : "Stop_Gone", key]);
        return LocalRedirect("/admin/running");
    }
}
