using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Net.Http.Headers;
using Portal.Web.Access;
using Yarp.ReverseProxy.Forwarder;

namespace Portal.Web.Proxy;

/// <summary>
/// Puts the portal's own headers on a request in place of whatever the client sent under their names. Everything
/// else passes as it came: <c>Host</c> too, since Streamlit compares it with <c>Origin</c>.
/// </summary>
internal sealed class AppTransformer : HttpTransformer
{
    public const string ClientHeader = "X-Portal-Client";
    public const string RoleHeader = "X-Portal-Role";

    /// <summary>The label or address, percent-encoded UTF-8, as headers are ASCII.</summary>
    public const string UserHeader = "X-Portal-User";

    private static readonly UriCreationOptions LetterByLetter = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);

        var headers = proxyRequest.Headers;
        foreach (var (name, _) in httpContext.Request.Headers)
        {
            if (ClientClaims.Include(name))
                headers.Remove(name);
        }

        var request = httpContext.Request;
        if (PortalCookies.Without(request.Headers.Cookie) is { } cookies)
        {
            headers.Remove(HeaderNames.Cookie);
            if (cookies.Length > 0)
                headers.TryAddWithoutValidation(HeaderNames.Cookie, cookies);
        }

        var prefix = AppEndpoint.PrefixOf(request);
        proxyRequest.RequestUri = AddressAsItCame(request, prefix, destinationPrefix);
        var client = httpContext.Client();
        var address = client.Address.ToString();
        headers.Host = request.Headers.Host.ToString(); // of letters beyond ASCII the server's own has another form
        headers.TryAddWithoutValidation(ForwardedHeadersDefaults.XForwardedForHeaderName, address);
        headers.TryAddWithoutValidation(ForwardedHeadersDefaults.XForwardedProtoHeaderName, request.Scheme);
        headers.TryAddWithoutValidation(ForwardedHeadersDefaults.XForwardedHostHeaderName, request.Headers.Host.ToString());
        headers.TryAddWithoutValidation(ForwardedHeadersDefaults.XForwardedPrefixHeaderName, prefix);
        headers.TryAddWithoutValidation(ClientHeader, address);
        headers.TryAddWithoutValidation(RoleHeader, client.Role.ToString());
        headers.TryAddWithoutValidation(UserHeader, Uri.EscapeDataString(client.DisplayName));
    }

    /// <summary>The head of an answer whose length is not known does not wait for the first byte of its body.</summary>
    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        var hasBody = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        if (proxyResponse is not null)
            AppHeaders.Restrict(httpContext.Response);
        if (Upload.Current is { HasEnded: true } && HttpProtocol.IsHttp11(httpContext.Request.Protocol))
            httpContext.Response.Headers.Connection = "close"; // well-behaved clients stop sending
        if (httpContext.Response.ContentLength is null && proxyResponse is { StatusCode: not HttpStatusCode.SwitchingProtocols })
            await httpContext.Response.Body.FlushAsync(cancellationToken);
        return hasBody;
    }

    /// <summary>What follows a body is a header too.</summary>
    public override async ValueTask TransformResponseTrailersAsync(
        HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken)
    {
        await base.TransformResponseTrailersAsync(httpContext, proxyResponse, cancellationToken);
        if (httpContext.Features.Get<IHttpResponseTrailersFeature>() is { Trailers: { IsReadOnly: false } trailers })
            AppHeaders.RemoveOthers(trailers);
    }

    /// <summary>
    /// The address letter by letter: taken apart and put together again, <c>%2F</c> would become <c>%252F</c>. Null, for
    /// one put together, where the server has resolved dots or decoded the part that names the app.
    /// </summary>
    private static Uri? AddressAsItCame(HttpRequest request, string prefix, string destinationPrefix)
    {
        var target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = target.AsSpan(0, target.IndexOf('?', StringComparison.Ordinal) is var end and >= 0 ? end : target.Length);
        return path.StartsWith(prefix, StringComparison.Ordinal) && path[prefix.Length..].StartsWith('/') && !HasDots(path)
            ? new Uri(destinationPrefix + target, LetterByLetter)
            : null;
    }

    /// <summary>True where parts of the path are dots that stand for folders, or may be when decoded.</summary>
    private static bool HasDots(ReadOnlySpan<char> path)
    {
        foreach (var part in path.Split('/'))
        {
            if (path[part] is "." or "..")
                return true;
        }

        return path.Contains("%2e", StringComparison.OrdinalIgnoreCase);
    }
}
