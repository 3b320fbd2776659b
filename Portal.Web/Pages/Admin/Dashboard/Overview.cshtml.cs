using Microsoft.Extensions.Localization;
using Portal.Web.Resources;

namespace Portal.Web.Pages.Admin.Dashboard;

/// <summary>How the portal is, and what needs a hand.</summary>
internal sealed class OverviewModel(OverviewSource source, IStringLocalizer<Texts> text) : AdminPage(text)
{
    /// <summary>Null until it was read.</summary>
    public Overview? Now { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken) => Now = await source.ReadAsync(cancellationToken);
}
