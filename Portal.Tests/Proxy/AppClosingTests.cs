using System.Net.WebSockets;
using System.Text.Json;
using Portal.Data;
using Portal.Tests.Doubles;
using Portal.Web.Access;
using Portal.Web.Launch;
using Portal.Web.Proxy;
using Xunit;

namespace Portal.Tests.Proxy;

/// <summary>An admin ends an app, or everything, for everybody.</summary>
public sealed class AppClosingTests(PortalUnderTest portal) : IClassFixture<PortalUnderTest>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private ClientIdentity By => Assert.IsType<ClientIdentity>(portal.Service<RegistryAccess>().Identify(System.Net.IPAddress.Parse(PortalUnderTest.Admin)));

    [Fact]
    public async Task One_app_is_closed_with_a_word_and_the_others_go_on()
    {
        await portal.AddAsync(new("127.0.11.1", Role.Admin));
        var socket = await portal.WebSocketFrom("127.0.11.1", "/app/stub/ws");
        var other = await portal.WebSocketFrom("127.0.11.1", "/app/admins/ws");

        var stopped = await portal.Service<AppClosing>().CloseAsync(portal.Service<AppCatalog>().All.Single(app => app.Slug is "stub"), "점검 5분", By);

        var closing = await socket.ReceiveAsync(new byte[100], Cancelled);
        Assert.Equal(
            (WebSocketMessageType.Close, WebSocketCloseStatus.PolicyViolation, "점검 5분"),
            (closing.MessageType, socket.CloseStatus, socket.CloseStatusDescription));
        Assert.True(stopped >= 1);
        Assert.Equal("admins", Assert.Single(portal.InstancesOf("127.0.11.1")).Key.Slug);
        Assert.Equal(WebSocketState.Open, other.State);

        using var told = JsonDocument.Parse(await portal.ClientFrom("127.0.11.1").GetStringAsync(new Uri("/notice/stub", UriKind.Relative), Cancelled));
        Assert.Equal("/ended/stub", told.RootElement.GetProperty("leave").GetString());
        var page = await portal.ClientFrom("127.0.11.1").GetStringAsync(new Uri("/ended/stub", UriKind.Relative), Cancelled);
        Assert.Contains("점검 5분", page, StringComparison.Ordinal);
        Assert.Contains("An administrator has stopped this app.", page, StringComparison.Ordinal);
        Assert.Equal("admins", Assert.Single(portal.InstancesOf("127.0.11.1")).Key.Slug);

        // Whoever comes back starts it anew, and the page of before is told nothing any more.
        await portal.ClientFrom("127.0.11.1").ProcessIdAsync();
        using var again = JsonDocument.Parse(await portal.ClientFrom("127.0.11.1").GetStringAsync(new Uri("/notice/stub", UriKind.Relative), Cancelled));
        Assert.Equal(JsonValueKind.Null, again.RootElement.GetProperty("leave").ValueKind);
    }

    [Fact]
    public async Task A_page_that_is_left_open_does_not_bring_it_back()
    {
        await portal.AddAsync(new("127.0.11.2", Role.User));
        await portal.ClientFrom("127.0.11.2").ProcessIdAsync();

        await portal.Service<AppClosing>().CloseAsync(null, "", By);
        using var answer = await portal.ClientFrom("127.0.11.2").GetAsync(new Uri("/app/stub/_stcore/health", UriKind.Relative), Cancelled);

        Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Empty(portal.InstancesOf("127.0.11.2"));
    }
}
