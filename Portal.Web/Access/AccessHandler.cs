using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Portal.Data;
using Portal.Web.Audit;

namespace Portal.Web.Access;

/// <summary>
/// Turns the remote address into the client it is registered as. Strangers stay anonymous; what they may see
/// is decided by policies. A person's browser is sent to the page that says so, everything else gets 403.
/// </summary>
internal sealed class AccessHandler(
    RegistryAccess access,
    Refusals refusals,
    Sightings sightings,
    Origins origins,
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder) : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string UnauthorizedPath = "/unauthorized/";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Context.Connection.RemoteIpAddress is not { } remote)
            return Task.FromResult(AuthenticateResult.NoResult());

        var address = NetworkNotation.Normalize(remote);
        if (access.Find(address) is not { } entry)
            return Task.FromResult(AuthenticateResult.NoResult());

        var client = entry.IdentityOf(address);
        sightings.Note(client);
        Context.Features.Set(client);
        return entry.Admitted;
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (Context.Connection.RemoteIpAddress is { } remote)
            refusals.Add(NetworkNotation.Normalize(remote));
        if (HttpMethods.IsGet(Request.Method) && Request.WantsPage())
            Response.Redirect(origins.Link(Request, UnauthorizedPath));
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
