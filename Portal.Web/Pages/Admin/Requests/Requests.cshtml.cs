using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;
using Portal.Data;
using Portal.Web.Access;
using Portal.Web.Resources;

namespace Portal.Web.Pages.Admin.Requests;

/// <summary>Who asks for access, and waits.</summary>
internal sealed class RequestsModel(AccessRequestStore requests, IOptions<AccessOptions> options, IStringLocalizer<Texts> text)
    : AdminPage(text)
{
    private const int AtMost = 50;

    public IReadOnlyList<AccessRequest> Open { get; private set; } = [];

    /// <summary>How many wait beside those that are shown.</summary>
    public int More { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.Requests) return NotFound();

        Open = await requests.OpenAsync(AtMost, cancellationToken);
        More = Open.Count < AtMost ? 0 : await requests.CountOpenAsync(cancellationToken) - Open.Count;
        return Page();
    }
}
