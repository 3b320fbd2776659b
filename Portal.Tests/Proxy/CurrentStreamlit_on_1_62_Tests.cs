using System.Net;
using System.Net.WebSockets;
using System.Text;
using Portal.Tests.Doubles;
using Portal.Web.Launch;
using Xunit;

namespace Portal.Tests.Proxy;

/// <summary>What Streamlit 1.62 has and 1.31 has not, through the portal.</summary>
public sealed class CurrentStreamlit_on_1_62_Tests
{
    private const string Script = """
        import streamlit as st
        st.text(f"client={st.context.headers['X-Portal-Client']} cookie={st.context.cookies.get('mine')}")
        st.text(f"user={st.user.get('client')}")
        """;

    private const string Routes = """
        import streamlit as st
        from starlette.responses import PlainTextResponse
        from starlette.routing import Route
        from streamlit.starlette import App

        async def hello(request):
            return PlainTextResponse("hello " + request.headers["X-Portal-Client"])

        base = "/" + st.get_option("server.baseUrlPath").strip("/")
        app = App("page.py", routes=[Route(base + "/hello", hello)])
        """;

    private const string Secrets = """
        [auth]
        redirect_uri = "http://127.0.0.1/app/today/oauth2callback"
        cookie_secret = "only-for-this-test-only-for-this-test"
        client_id = "portal"
        client_secret = "only-for-this-test"
        server_metadata_url = "http://127.0.0.1:9/nothing-listens-here"
        """;

    private const string AtItsEnd = """
        import atexit
        atexit.register(print, "it has ended by itself", flush=True)
        """;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Direct")]
    [InlineData("Prefork")]
    public async Task The_client_that_the_portal_knows_is_the_user_that_the_app_sees(string mode)
    {
        await using var portal = await StartAsync(mode, Script);

        var shown = await RunAsync(portal, options =>
        {
            options.SetRequestHeader("Cookie", "mine=yes");
            options.SetRequestHeader("X-Portal-Client", "10.9.8.7");
        });

        Assert.Contains($"client={PortalUnderTest.User} cookie=yes", shown, StringComparison.Ordinal);
        Assert.Contains($"user={PortalUnderTest.User}", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("10.9.8.7", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_compressed_socket_brings_the_same_messages()
    {
        await using var portal = await StartAsync("Prefork", Script, ("STREAMLIT_SERVER_ENABLE_WEBSOCKET_COMPRESSION", "true"));

        var shown = await RunAsync(portal, options =>
        {
            options.DangerousDeflateOptions = new WebSocketDeflateOptions();
            options.CollectHttpResponseDetails = true;
        }, socket => Assert.Contains("permessage-deflate", Assert.Single(
            socket.HttpResponseHeaders ?? throw new InvalidOperationException("No headers were collected."),
            header => header.Key.Equals("Sec-WebSocket-Extensions", StringComparison.OrdinalIgnoreCase)).Value.Single(), StringComparison.Ordinal));

        Assert.Contains($"user={PortalUnderTest.User}", shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("oauth2callback?code=1&state=2")]
    [InlineData("oauth2callback?error=denied")]
    [InlineData("auth/login")]
    [InlineData("auth/logout")]
    public async Task Signing_in_and_out_is_answered_by_the_app_and_leads_back_to_it(string path)
    {
        await using var portal = await StartAsync("Prefork", Script);
        using var answer = await portal.ClientFrom(PortalUnderTest.User).GetAsync(At(path), Cancelled);

        Assert.Equal((HttpStatusCode.Found, "/app/today/"), (answer.StatusCode, answer.Headers.Location?.OriginalString));
    }

    [Theory]
    [InlineData("Direct")]
    [InlineData("Prefork")]
    public async Task An_app_with_routes_of_its_own_answers_on_them(string mode)
    {
        await using var portal = await StartAsync(mode, Routes);
        await File.WriteAllTextAsync(portal.Ground.PathOf("page.py"), Script, Cancelled);
        var client = portal.ClientFrom(PortalUnderTest.User);

        Assert.Equal("hello " + PortalUnderTest.User, await client.GetStringAsync(At("hello"), Cancelled));
        Assert.Equal("ok", await client.GetStringAsync(At("_stcore/health"), Cancelled));
        Assert.Contains($"user={PortalUnderTest.User}", await RunAsync(portal, _ => { }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_does_not_read_does_not_keep_a_stopped_app_from_its_own_end()
    {
        await using var portal = await StartAsync("Direct", Script, ("STREAMLIT_SERVER_ENABLE_STATIC_SERVING", "true"), ("PYTHONPATH", "."));
        await File.WriteAllTextAsync(portal.Ground.PathOf("sitecustomize.py"), AtItsEnd, Cancelled);
        await using (var file = File.Create(Path.Combine(Directory.CreateDirectory(portal.Ground.PathOf("static")).FullName, "large.png")))
            file.SetLength(40_000_000);
        Assert.Equal("ok", await portal.ClientFrom(PortalUnderTest.User).GetStringAsync(At("_stcore/health"), Cancelled));
        var connection = await portal.ConnectFrom(PortalUnderTest.User);
        await connection.WriteAsync("GET /app/today/app/static/large.png HTTP/1.1\r\nHost: portal\r\n\r\n"u8.ToArray(), Cancelled);
        var head = new byte[15];
        await connection.ReadExactlyAsync(head, Cancelled);
        Assert.Equal("HTTP/1.1 200 OK", Encoding.ASCII.GetString(head));
        var (key, supervisor) = (Assert.Single(portal.InstancesOf(PortalUnderTest.User)).Key, portal.Service<Supervisor>());

        await supervisor.StopAsync(key, "test");

        await Eventually.TrueAsync(() => supervisor.LogTail(key, 5).Contains("it has ended by itself", StringComparer.Ordinal));
    }

    /// <summary>Runs the script as the page does, and returns all that it shows (protocol buffers hold texts as they are).</summary>
    private static async Task<string> RunAsync(
        PortalUnderTest portal, Action<ClientWebSocketOptions> configure, Action<ClientWebSocket>? whenOpen = null)
    {
        using var socket = await portal.WebSocketFrom(PortalUnderTest.User, "/app/today/_stcore/stream", options =>
        {
            options.SetRequestHeader("Origin", $"http://127.0.0.1:{portal.Port}");
            options.AddSubProtocol("streamlit");
            options.AddSubProtocol("PLACEHOLDER_AUTH_TOKEN");
            configure(options);
        });
        whenOpen?.Invoke(socket);

        // BackMsg { rerun_script { query_string: "" } }
        await socket.SendAsync(new byte[] { 0x5A, 0x02, 0x0A, 0x00 }, WebSocketMessageType.Binary, true, Cancelled);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(Eventually.Limit);
        var (shown, buffer) = (new StringBuilder(), new byte[1 << 16]);
        while (!shown.ToString().Contains("user=", StringComparison.Ordinal))
        {
            var message = await socket.ReceiveAsync(buffer, limit.Token);
            Assert.NotEqual(WebSocketMessageType.Close, message.MessageType);
            shown.Append(Encoding.Latin1.GetString(buffer, 0, message.Count));
        }

        return shown.ToString();
    }

    private static Task<PortalUnderTest> StartAsync(string mode, string script, params (string Name, string Value)[] environment) =>
        PortalUnderTest.StartAsync(test =>
        {
            var folder = Directory.CreateDirectory(test.Ground.PathOf(".streamlit")).FullName;
            File.WriteAllText(Path.Combine(folder, "secrets.toml"), Secrets);
            File.WriteAllText(test.Ground.Script, script);
            test.Apps =
            [
                new StubApp("today")
                {
                    Python = StreamlitVersion.PythonOf(StreamlitVersion.Current),
                    Environment = environment.ToDictionary(one => one.Name, one => one.Value, StringComparer.Ordinal),
                },
            ];
            test.Settings["Portal:Launch:Mode"] = mode;
            test.Settings["Portal:Launch:GracePeriod"] = "00:01:00";
            test.Settings["Portal:Launch:StartTimeout"] = "00:01:00";
            test.Settings["Portal:Launch:StopTimeout"] = "00:00:30";
        });

    private static Uri At(string path) => new("/app/today/" + path, UriKind.Relative);
}
