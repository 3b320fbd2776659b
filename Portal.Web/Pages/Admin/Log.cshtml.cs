using System.Net;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Portal.Web.Launch;
using Portal.Web.Resources;

namespace Portal.Web.Pages.Admin;

/// <summary>The last lines of an instance's log.</summary>
internal sealed class LogModel(Supervisor supervisor, IStringLocalizer<Texts> text) : AdminPage(text)
{
    private const int LineCount = 200;

    public InstanceKey Key { get; private set; }

    public InstanceStatus? Status { get; private set; }

    public IReadOnlyList<string> Lines { get; private set; } = [];

    public IActionResult OnGet(string? client, string? app)
    {
        if (!IPAddress.TryParse(client, out var address) || app is null) return NotFound();

        Key = new InstanceKey(address, app);
        Status = supervisor.Find(Key);
        Lines = supervisor.LogTail(Key, LineCount);
        return Page();
    }
}
