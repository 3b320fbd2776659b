using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;
using Portal.Data;
using Portal.Web.Access;
using Portal.Web.Resources;

namespace Portal.Web.Pages.Admin;

/// <summary>What the pages for admins share: who acts, and the words for what the registry refuses.</summary>
internal abstract class AdminPage(IStringLocalizer<Texts> text) : PageModel
{
    protected IStringLocalizer<Texts> Text { get; } = text;

    public ClientIdentity Viewer => HttpContext.Client();

    protected Actor Actor => new(Viewer.DisplayName, Viewer.Address, Viewer.RegistrationId);

    protected string Say(RegistryChange refused) => Text.Say(refused.Errors) ?? "";
}
