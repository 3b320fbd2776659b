using System.Net;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Portal.Data;
using Portal.Web.Audit;

namespace Portal.Web.Access;

/// <summary>Answers a stranger who asks without end in as few words as there are. This machine, which watches its own health, is not counted.</summary>
internal sealed class RefusalLimit(IOptions<AccessOptions> options, Refusals refusals) : IDisposable
{
    private readonly MinuteLimit _limit = new(options.Value.RefusedPerMinute);

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.FindClient() is not null || context.Connection.RemoteIpAddress is not { } remote)
            return next(context);
        var address = NetworkNotation.Normalize(remote);
        if (address.Equals(IPAddress.Loopback) || address.Equals(IPAddress.IPv6Loopback) || _limit.Take(address))
            return next(context);

        refusals.Add(address);
        context.Response.Headers[HeaderNames.RetryAfter] = "60";
        context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        return Task.CompletedTask;
    }

    public void Dispose() => _limit.Dispose();
}
