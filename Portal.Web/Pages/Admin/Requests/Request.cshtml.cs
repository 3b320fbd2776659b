using System.Net;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;
using Portal.Data;
using Portal.Web.Access;
using Portal.Web.Pages.Admin.Registry;
using Portal.Web.Resources;

namespace Portal.Web.Pages.Admin.Requests;

/// <summary>An admin decides who gets in, and as what.</summary>
internal sealed class RequestModel(
    AccessRequestStore requests,
    RegisteredIpStore registry,
    IOptions<AccessOptions> options,
    TimeProvider time,
    IStringLocalizer<Texts> text,
    ILogger<RequestModel> logger) : AdminPage(text), IFormPage
{
    private const string List = "/admin/requests";

    [BindProperty(SupportsGet = true)]
    public int Id { get; set; }

    /// <summary>The version of the request when it is decided; the rest is the registration to be.</summary>
    [BindProperty]
    public RegistrationForm Form { get; set; } = new();

    /// <summary>What the visitor is told with a no.</summary>
    [BindProperty]
    public string? Word { get; set; }

    public AccessRequest? Asked { get; private set; }

    public bool CanBeShownAgain => Asked is not null;

    /// <summary>What to mend, by field.</summary>
    public IReadOnlyList<RegistryError> Errors { get; private set; } = [];

    /// <summary>What to mend that has no field here: the address itself is as it was asked from.</summary>
    public string? Refusal => Text.Say(Errors.Where(error => error.Field is "" or nameof(RegisteredIpDraft.Network)));

    public string? WordError => Text.Say(Errors.Where(error => error.Field is nameof(AccessRequest.Word)));

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken) || Asked is not { } asked) return NotFound();
        if (asked.State is not AccessRequestState.Open) return Decided(asked.DecidedBy);

        Form = await PrefilledAsync(asked, cancellationToken);
        Form.Version = asked.Version;
        return Page();
    }

    public async Task<IActionResult> OnPostApproveAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken) || Asked is not { } asked) return NotFound();

        Form.Enabled = true;
        var draft = Form.ToDraft(time.LocalTimeZone);
        var change = await requests.ApproveAsync(Id, Form.Version, draft, Actor, cancellationToken);
        if (change.Succeeded) logger.Added(Actor.Name, asked.Client, draft.Role);
        return Answer(change, Text["Request_Approved", asked.Name]);
    }

    public async Task<IActionResult> OnPostDeclineAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken) || Asked is not { } asked) return NotFound();

        var change = await requests.DeclineAsync(Id, Form.Version, Word, Actor, cancellationToken);
        if (change.Succeeded) logger.Declined(Actor.Name, asked.Client);
        else Form.Label ??= asked.Name;
        return Answer(change, Text["Request_Declined", asked.Name]);
    }

    private async Task<bool> LoadAsync(CancellationToken cancellationToken) =>
        options.Value.Requests && (Asked = await requests.FindAsync(Id, cancellationToken)) is not null;

    /// <summary>As the address was registered before, where it admits nobody any more; else by the name that was given.</summary>
    private async Task<RegistrationForm> PrefilledAsync(AccessRequest asked, CancellationToken cancellationToken)
    {
        var row = await registry.ResolveAsync(IPAddress.Parse(asked.Client), cancellationToken);
        if (row is null || !row.Network.Equals(asked.Client, StringComparison.Ordinal)) return new() { Label = asked.Name };

        var form = RegistrationForm.Of(row, time.LocalTimeZone);
        if (row.ExpiresAt <= time.GetUtcNow()) form.ExpiresAt = null;
        return form;
    }

    private IActionResult Answer(RegistryChange change, string done)
    {
        if (change.Succeeded)
        {
            TempData.SayDone(done);
            return LocalRedirect(List);
        }

        Errors = change.Errors;
        logger.Refused(Actor.Name, string.Join(", ", Errors.Select(error => error.Code)));
        return Errors.FirstOrDefault(error => error.Code is RegistryErrorCode.RequestDecided) is { } decided
            ? Decided(decided.Argument ?? "")
            : Page();
    }

    private LocalRedirectResult Decided(string by)
    {
        TempData.SayRefused(Text["Error_RequestDecided", by]);
        return LocalRedirect(List);
    }
}
