using System.Net;
using Portal.Web.Access;
using Xunit;

namespace Portal.Tests.Access;

/// <summary>What was asked for is kept, and never leads to another place.</summary>
public sealed class DeepLinkTests(PortalUnderTest portal) : IClassFixture<PortalUnderTest>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/app/stub/", true)]
    [InlineData("/app/stub/page?f=%EA%B0%80&next=//evil.test/#part-2", true)]
    [InlineData("/app/stub", false)]
    [InlineData("/app/stubborn/", false)]
    [InlineData("/app/stub/../../admin/", false)]
    [InlineData("/app/stub/%2e%2e/%2E./admin/", false)]
    [InlineData("/app/stub/..\\..\\admin", false)]
    [InlineData("//evil.test/app/stub/", false)]
    [InlineData("/\\evil.test/app/stub/", false)]
    [InlineData("https://evil.test/app/stub/", false)]
    [InlineData("/app/stub/\t/x", false)]
    [InlineData("/app/stub/\r\nSet-Cookie: a=b", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Only_an_address_of_the_app_is_gone_on_to(string? address, bool isBelow) =>
        Assert.Equal(isBelow, DeepLink.IsBelow("/app/stub/", address));

    [Fact]
    public async Task A_stranger_who_asked_for_a_page_of_an_app_keeps_it_for_the_pages_that_refuse()
    {
        using var answer = await AskAsync(PortalUnderTest.Stranger, "/app/stub/?f=1;2", null);

        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.StartsWith("portal-target=%2Fapp%2Fstub%2F%3Ff%3D1%3B2; max-age=604800; path=/unauthorized; samesite=lax; httponly", cookie, StringComparison.Ordinal);
        Assert.Equal("/unauthorized/", answer.Headers.Location?.OriginalString);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/admin/")]
    public async Task A_stranger_who_asked_for_something_else_keeps_nothing(string path)
    {
        using var answer = await AskAsync(PortalUnderTest.Stranger, path, null);

        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Theory]
    [InlineData("%2Fapp%2Fstub%2F%3Ff%3D1", "/app/stub/?f=1")]
    [InlineData("%2F%2Fevil.test%2Fapp%2F", "/")]
    [InlineData("https%3A%2F%2Fevil.test%2F", "/")]
    [InlineData("%2Fapp%2F..%2Fadmin%2F", "/")]
    public async Task A_client_goes_on_to_it_once_and_to_nowhere_else(string kept, string target)
    {
        using var answer = await AskAsync(PortalUnderTest.User, "/unauthorized/", $"portal-target={kept}");

        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.Equal(target, answer.Headers.Location?.OriginalString);
        Assert.Contains(answer.Headers.GetValues("Set-Cookie"), cookie => cookie.StartsWith("portal-target=; ", StringComparison.Ordinal));
    }

    private async Task<HttpResponseMessage> AskAsync(string address, string path, string? cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Accept.ParseAdd("text/html");
        if (cookie is not null)
            request.Headers.Add("Cookie", cookie);
        return await portal.ClientFrom(address).SendAsync(request, Cancelled);
    }
}
