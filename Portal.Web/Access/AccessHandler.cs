using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Portal.Data;
using Portal.Web.Audit;

namespace Portal.Web.Access;

/// <summary>
/// Gives the client that <see cref="Identification"/> has found the claims of its registration. Strangers stay anonymous; what
/// they may see is decided by policies. A person's browser is sent to the page that says so, everything else gets 403.
/// </summary>
internal sealed class AccessHandler(
    RegistryAccess access,
    Refusals refusals,
    Origins origins,
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder) : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string UnauthorizedPath = "/unauthorized/";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() =>
        Context.FindClient() is { } client && access.Find(client.Address) is { } entry
            ? entry.Admitted
            : Task.FromResult(AuthenticateResult.NoResult());

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (Context.Connection.RemoteIpAddress is { } remote)
            refusals.Add(NetworkNotation.Normalize(remote));
        if (HttpMethods.IsGet(Request.Method) && Request.WantsPage())
        {
            DeepLink.Keep(Context);
            Response.Redirect(origins.Link(Request, UnauthorizedPath));
        }
        else
            Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }
}
