using Microsoft.Net.Http.Headers;

namespace Portal.Web.Access;

internal static class RequestKind
{
    /// <summary>True where a person waits for a page: <c>Accept</c> names <c>text/html</c>, as browsers do on navigation.</summary>
    public static bool WantsPage(this HttpRequest request) =>
        request.Headers[HeaderNames.Accept].ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}
