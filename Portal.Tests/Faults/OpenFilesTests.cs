using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Portal.Tests.Doubles;
using Xunit;

namespace Portal.Tests.Faults;

/// <summary>The files and sockets that a process may have are used up. The portal is a process of its own here.</summary>
public sealed class OpenFilesTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Connections_of_one_desk_leave_enough_for_everybody_else()
    {
        await using var portal = Configured();
        using (var process = await portal.StartProcessAsync("prlimit", "--nofile=1024:1024"))
        {
            var user = portal.ClientFrom(PortalUnderTest.User);
            var instance = await user.ProcessIdAsync();
            var sockets = new List<Socket>();
            for (var i = 0; i < 1200; i++)
                sockets.Add(await SocketState.ConnectAsync(IPAddress.Parse("127.0.0.150"), new IPEndPoint(IPAddress.Loopback, portal.Port), Cancelled));

            // Those beyond the limit are closed by the portal; who is in goes on, with a launch and the database too.
            await Eventually.TrueAsync(() => sockets.Exists(SocketState.IsClosed));
            Assert.InRange(OpenFilesOf(process.Id), 0, 1000);
            Assert.Equal(instance, await user.ProcessIdAsync());

            sockets.ForEach(socket => socket.Dispose());
            await Eventually.TrueAsync(() => IsAnsweredAsync(portal));

            var pages = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => ListenAsync(portal)));
            Assert.InRange(pages.OfType<ClientWebSocket>().Count(), 100, 131); // a quarter of the files less 500
            Assert.InRange(OpenFilesOf(process.Id), 0, 1000);
            Assert.Equal(instance, await user.ProcessIdAsync());

            foreach (var page in pages.OfType<ClientWebSocket>())
                page.Dispose();
            var admin = new Visitor(portal, PortalUnderTest.Admin);
            await Eventually.TrueAsync(() => IsAnsweredAsync(portal));
            Assert.Equal(HttpStatusCode.OK, (await admin.OpenAsync("/admin/edit")).Status);
            Assert.Equal(HttpStatusCode.Found, (await admin.RegisterAsync("10.1.2.3")).Status);
            Assert.Equal(instance, await user.ProcessIdAsync());
            await process.StopAsync();
            Assert.Contains("raise LimitNOFILE= of its service", await process.Output, StringComparison.Ordinal);
        }
    }

    private static PortalUnderTest Configured()
    {
        var portal = new PortalUnderTest { Apps = [new StubApp()] };
        portal.Settings["Logging:Console:LogLevel:Default"] = "Warning";
        return portal;
    }

    /// <summary>A page that is open in an app; null where the portal takes no more.</summary>
    private static async Task<ClientWebSocket?> ListenAsync(PortalUnderTest portal)
    {
        try
        {
            return await portal.WebSocketFrom(PortalUnderTest.User, "/app/stub/ws");
        }
        catch (WebSocketException)
        {
            return null;
        }
    }

    private static async Task<bool> IsAnsweredAsync(PortalUnderTest portal)
    {
        using var client = portal.ClientFrom(PortalUnderTest.OtherUser);
        try
        {
            using var answer = await client.GetAsync(new Uri("/", UriKind.Relative), Cancelled);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int OpenFilesOf(int processId) =>
        Directory.EnumerateFileSystemEntries(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/fd")).Count();
}
