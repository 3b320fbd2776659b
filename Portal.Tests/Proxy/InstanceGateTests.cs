using System.Net;
using Xunit;

namespace Portal.Tests.Proxy;

/// <summary>An app's code is on the portal's machine; it must not pass for whoever 127.0.0.1 is registered as.</summary>
public sealed class InstanceGateTests(PortalUnderTest portal) : IClassFixture<PortalUnderTest>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("self")]
    [InlineData("child")]
    public async Task What_an_apps_process_asks_is_refused_and_what_others_of_this_machine_ask_is_not(string how)
    {
        var path = string.Create(null, $"/app/stub/ask?how={how}&port={portal.Port}");

        var told = await portal.ClientFrom(PortalUnderTest.User).GetStringAsync(new Uri(path, UriKind.Relative), Cancelled);
        using var others = await portal.ClientFrom(PortalUnderTest.Admin).GetAsync(new Uri("/admin/overview", UriKind.Relative), Cancelled);

        Assert.Equal("403", told);
        Assert.Equal(HttpStatusCode.OK, others.StatusCode);
    }
}
