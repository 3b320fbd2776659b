using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Portal.Data;

namespace Portal.Web.Access;

/// <summary>The asker is on this machine or on a network of <c>Portal:Access:HealthNetworks</c>.</summary>
internal sealed class HealthRequirement : IAuthorizationRequirement
{
    internal sealed class Handler(IOptions<AccessOptions> options) : AuthorizationHandler<HealthRequirement>
    {
        private readonly IPNetwork[] networks = [.. options.Value.HealthNetworks.Select(NetworkNotation.Parse)];

        protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, HealthRequirement requirement)
        {
            if (context.Resource is HttpContext { Connection.RemoteIpAddress: { } remote } && MayAsk(remote))
                context.Succeed(requirement);
            return Task.CompletedTask;
        }

        private bool MayAsk(IPAddress remote)
        {
            var address = NetworkNotation.Normalize(remote);
            return IPAddress.IsLoopback(address) || networks.Any(network => network.Contains(address));
        }
    }
}
