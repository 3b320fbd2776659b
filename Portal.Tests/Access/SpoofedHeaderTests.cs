using System.Net;
using Portal.Tests.Doubles;
using Xunit;

namespace Portal.Tests.Access;

/// <summary>Without trusted proxies no header says who is asking.</summary>
public sealed class SpoofedHeaderTests(PortalUnderTest portal) : IClassFixture<PortalUnderTest>
{
    public static readonly TheoryData<string, string> Claims = new()
    {
        { "X-Forwarded-For", "127.0.0.1" },
        { "X-Forwarded-For", "127.0.0.1, 127.0.0.1" },
        { "X_Forwarded_For", "127.0.0.1" },
        { "X-Real-IP", "127.0.0.1" },
        { "Forwarded", "for=127.0.0.1" },
        { "X-Client-IP", "127.0.0.1" },
        { "True-Client-IP", "127.0.0.1" },
        { "X-Original-For", "127.0.0.1" },
        { "X-Portal-Client", "127.0.0.1" },
        { "X-Portal-Role", "Admin" },
        { "X-Portal-User", "admin" },
        { "Authorization", "Address 127.0.0.1" },
        { "Host", "127.0.0.1" },
    };

    [Theory]
    [MemberData(nameof(Claims))]
    public async Task A_stranger_stays_a_stranger(string header, string value)
    {
        using var answer = await AskAsync(PortalUnderTest.Stranger, "/app/stub/echo", header, value);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Theory]
    [MemberData(nameof(Claims))]
    public async Task A_user_is_no_admin(string header, string value)
    {
        using var answer = await AskAsync(PortalUnderTest.User, "/app/admins/echo", header, value);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [MemberData(nameof(Claims))]
    public async Task The_app_is_told_the_truth(string header, string value)
    {
        using var answer = await AskAsync(PortalUnderTest.User, "/app/stub/echo", header, value);
        var headers = await answer.HeadersToldAsync();

        Assert.Equal(PortalUnderTest.User, headers["X-Forwarded-For"]);
        Assert.Equal(PortalUnderTest.User, headers["X-Portal-Client"]);
        Assert.Equal("User", headers["X-Portal-Role"]);
        Assert.Equal(PortalUnderTest.User, headers["X-Portal-User"]);
    }

    private async Task<HttpResponseMessage> AskAsync(string client, string path, string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        Assert.True(request.Headers.TryAddWithoutValidation(header, value));
        return await portal.ClientFrom(client).SendAsync(request, TestContext.Current.CancellationToken);
    }
}
