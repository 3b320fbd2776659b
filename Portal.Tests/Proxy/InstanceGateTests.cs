using System.Net;
using Portal.Data;
using Xunit;

namespace Portal.Tests.Proxy;

/// <summary>An app's code is on the portal's machine; it must not pass for whoever 127.0.0.1 is registered as.</summary>
public sealed class InstanceGateTests(PortalUnderTest portal) : IClassFixture<PortalUnderTest>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("self")]
    [InlineData("child")]
    [InlineData("orphan")]
    [InlineData("thread")]
    [InlineData("flight")]
    public async Task What_an_apps_process_asks_is_refused_and_what_others_of_this_machine_ask_is_not(string how)
    {
        var path = string.Create(null, $"/app/stub/ask?how={how}&port={portal.Port}");

        var told = await portal.ClientFrom(PortalUnderTest.User).GetStringAsync(new Uri(path, UriKind.Relative), Cancelled);
        using var others = await portal.ClientFrom(PortalUnderTest.Admin).GetAsync(new Uri("/admin/overview", UriKind.Relative), Cancelled);

        Assert.Equal("403", told);
        Assert.Equal(HttpStatusCode.OK, others.StatusCode);
    }

    [Fact]
    public async Task Where_one_socket_speaks_both_protocols_any_loopback_address_is_of_this_machine()
    {
        await using var both = await PortalUnderTest.StartAsync(test => test.Urls = "http://[::]:0");
        await both.AddAsync(new RegisteredIpDraft("127.0.13.9", Role.Admin));
        var path = string.Create(null, $"/app/stub/ask?from=127.0.13.9&port={both.Port}");

        var told = await both.ClientFrom(PortalUnderTest.User).GetStringAsync(new Uri(path, UriKind.Relative), Cancelled);
        using var others = await both.ClientFrom("127.0.13.9").GetAsync(new Uri("/admin/overview", UriKind.Relative), Cancelled);

        Assert.Equal("403", told);
        Assert.Equal(HttpStatusCode.OK, others.StatusCode);
    }
}
