using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Portal.Data;

namespace Portal.Web.Access;

/// <summary>The asker is on this machine or on a network of <c>Portal:Access:HealthNetworks</c>.</summary>
internal sealed class HealthRequirement : IAuthorizationRequirement
{
    /// <summary>True where whoever asks is on this machine.</summary>
    public static bool IsLocal(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(NetworkNotation.Normalize(remote));

    internal sealed class Handler(IOptions<AccessOptions> options) : AuthorizationHandler<HealthRequirement>
    {
        private readonly IPNetwork[] networks = [.. options.Value.HealthNetworks.Select(NetworkNotation.Parse)];

        protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, HealthRequirement requirement)
        {
            if (context.Resource is HttpContext http && (IsLocal(http) || IsOnNetwork(http)))
                context.Succeed(requirement);
            return Task.CompletedTask;
        }

        private bool IsOnNetwork(HttpContext http) =>
            http.Connection.RemoteIpAddress is { } remote
            && NetworkNotation.Normalize(remote) is var address
            && networks.Any(network => network.Contains(address));
    }
}
