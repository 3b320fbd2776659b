namespace Portal.Web.Access;

internal static class ClientIdentityFeature
{
    /// <summary>The registered client that sent this request, or null for a stranger.</summary>
    public static ClientIdentity? FindClient(this HttpContext context) => context.Features.Get<ClientIdentity>();

    /// <summary>The registered client that sent this request, where a policy has admitted nobody else.</summary>
    public static ClientIdentity Client(this HttpContext context) =>
        context.FindClient() ?? throw new InvalidOperationException("No policy guards this endpoint.");
}
