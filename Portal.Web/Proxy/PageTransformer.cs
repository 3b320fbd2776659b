using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Portal.Web.Access;
using Portal.Web.Launch;
using Yarp.ReverseProxy.Forwarder;

namespace Portal.Web.Proxy;

/// <summary>
/// Forwards as <see cref="AppTransformer"/> does, for a person who opens a page of an app: to a page of HTML it adds the
/// <see cref="PageTag"/>. Whatever else comes back passes as it came.
/// </summary>
internal sealed class PageTransformer(PageTag tag, IOptions<ProxyOptions> options) : HttpTransformer
{
    private static readonly AppTransformer Plain = new();

    private readonly bool _isOn = options.Value.PageTag;

    /// <summary>True where a person opens a page in a window of its own.</summary>
    public bool IsFor(HttpRequest request, App app) =>
        _isOn
        && HttpMethods.IsGet(request.Method)
        && request.WantsPage()
        && request.Headers["Sec-Fetch-Dest"].ToString() is "" or "document"
        && !PageResources.Hold(request.Path.Value.AsSpan(app.Path.Length));

    /// <summary>Asks for the whole page, not compressed: the browser's copy may have another tag in it.</summary>
    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await Plain.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);

        foreach (var name in (ReadOnlySpan<string>)[HeaderNames.AcceptEncoding, HeaderNames.IfNoneMatch, HeaderNames.IfModifiedSince])
            proxyRequest.Headers.Remove(name);
    }

    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is null || !HtmlPage.IsIn(proxyResponse))
            return await Plain.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);

        using var content = proxyResponse.Content;
        var page = await content.ReadAsByteArrayAsync(cancellationToken);
        await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        AppHeaders.Restrict(httpContext.Response);

        var answer = httpContext.Response;
        var tagged = HtmlPage.With(Encoding.ASCII.GetBytes(await tag(httpContext)), page);
        proxyResponse.Content = new ByteArrayContent(tagged);
        answer.ContentLength = tagged.Length;
        answer.Headers.Remove(HeaderNames.ETag);
        answer.Headers.Remove(HeaderNames.LastModified);
        return true;
    }

    public override ValueTask TransformResponseTrailersAsync(
        HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken) =>
        Plain.TransformResponseTrailersAsync(httpContext, proxyResponse, cancellationToken);
}
