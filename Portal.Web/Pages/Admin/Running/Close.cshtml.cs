using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Portal.Data;
using Portal.Web.Launch;
using Portal.Web.Proxy;
using Portal.Web.Resources;

namespace Portal.Web.Pages.Admin.Running;

/// <summary>Asks before an app, or everything, is closed for everybody: says whom it affects, and takes a word for them.</summary>
internal sealed class CloseModel(
    Supervisor supervisor, AppCatalog apps, AppClosing closing, IStringLocalizer<Texts> text, ILogger<CloseModel> logger)
    : AdminPage(text)
{
    /// <summary>Null: all apps.</summary>
    public App? App { get; private set; }

    /// <summary>What people are told.</summary>
    [BindProperty]
    public string? Word { get; set; }

    public string? WordError { get; private set; }

    /// <summary>What would be stopped.</summary>
    public IReadOnlyList<InstanceStatus> Instances =>
        [.. supervisor.List().Where(one => one.State is not InstanceState.Failed && (App is null || one.Key.Slug.Equals(App.Slug, StringComparison.Ordinal)))];

    public IActionResult OnGet(string? app) => Finds(app) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(string? app)
    {
        if (!Finds(app)) return NotFound();

        var word = LabelText.Clean(Word?.ReplaceLineEndings(" "));
        if (word.Length > Announcement.MaxText) WordError = Text["Announcement_TextTooLong"];
        else if (!LabelText.IsPlain(word)) WordError = Text["Announcement_TextInvalid"];
        if (WordError is not null) return Page();

        var stopped = await closing.CloseAsync(App, word, Viewer);
        logger.Closed(Actor.Name, App?.Slug ?? "*", stopped);
        TempData.SayDone(Text["Close_Done", stopped]);
        return LocalRedirect("/admin/running");
    }

    /// <summary>False for an app that there is not.</summary>
    private bool Finds(string? slug)
    {
        App = apps.All.FirstOrDefault(one => one.Slug.Equals(slug, StringComparison.Ordinal));
        return App is not null || string.IsNullOrEmpty(slug);
    }
}
