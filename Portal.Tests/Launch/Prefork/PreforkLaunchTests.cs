using System.Net;
using System.Net.WebSockets;
using Portal.Tests.Doubles;
using Portal.Tests.Launch.Processes;
using Portal.Web.Launch;
using Portal.Web.Launch.Prefork;
using Portal.Web.Launch.Processes;
using Xunit;

namespace Portal.Tests.Launch.Prefork;

/// <summary>The whole portal, the real Streamlit and an app of the test's.</summary>
public sealed class PreforkLaunchTests
{
    private static string Python { get; } = StreamlitVersion.PythonOf(StreamlitVersion.Current);

    [Fact]
    public async Task Streamlit_is_forked_answers_through_the_portal_and_ends_when_asked()
    {
        await using var portal = await StartAsync("import streamlit as st\nst.write('hello')");
        var client = portal.ClientFrom(PortalUnderTest.User);

        using var health = await client.GetAsync("/app/stub/_stcore/health", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        Assert.Equal("ok", await health.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var instance = Assert.Single(portal.InstancesOf(PortalUnderTest.User));
        Assert.StartsWith("Forked by process", portal.Service<PreforkStatus>().Of(instance.App), StringComparison.Ordinal);
        Assert.Equal("stub", ProcessTable.NameOf(Assert.NotNull(instance.ProcessId)));

        Assert.Equal("4096 4096", ProcessLimitsTests.LimitOf(Assert.NotNull(instance.ProcessId), "Max open files"));

        Assert.True(await portal.Service<Supervisor>().StopAsync(instance.Key, "the test says so"));
        Assert.DoesNotContain(Assert.NotNull(instance.ProcessId), portal.Ground.Processes());
    }

    [Fact]
    public async Task The_spawner_is_warm_before_anybody_comes()
    {
        await using var portal = await StartAsync("import streamlit as st");

        await Eventually.TrueAsync(() => portal.Service<PreforkStatus>().IsSettled);

        var app = Assert.Single(portal.Service<AppCatalog>().All, app => app.Slug is "stub");
        Assert.StartsWith("Forked by process", portal.Service<PreforkStatus>().Of(app), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_people_have_two_secrets()
    {
        await using var portal = await StartAsync("""
            import os, streamlit as st
            with open(f"secret-{os.getpid()}", "w") as file:
                file.write(st.get_option("server.cookieSecret"))
            """);

        foreach (var address in new[] { PortalUnderTest.User, PortalUnderTest.OtherUser })
        {
            using var socket = await portal.WebSocketFrom(address, "/app/stub/_stcore/stream", options => options.AddSubProtocol("streamlit"));
            byte[] rerun = [0x5A, 0]; // BackMsg.rerun_script, empty
            await socket.SendAsync(rerun, WebSocketMessageType.Binary, endOfMessage: true, TestContext.Current.CancellationToken);
            await Eventually.TrueAsync(() => Secrets().Count > (address is PortalUnderTest.User ? 0 : 1));
        }

        Assert.Equal(2, Secrets().Distinct(StringComparer.Ordinal).Count());

        List<string> Secrets() =>
            [.. Directory.GetFiles(portal.Ground.Folder, "secret-*").Select(File.ReadAllText).Where(secret => secret.Length > 0)];
    }

    private static Task<PortalUnderTest> StartAsync(string script) => PortalUnderTest.StartAsync(portal =>
    {
        File.WriteAllText(portal.Ground.Script, script);
        portal.Apps = [new StubApp("stub") { Python = Python }];
        portal.Settings["Portal:Launch:Mode"] = "Prefork";
        portal.Settings["Portal:Launch:StartTimeout"] = "00:03:00";
    });
}
