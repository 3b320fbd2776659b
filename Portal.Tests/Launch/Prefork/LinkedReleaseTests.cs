using System.Net.WebSockets;
using Portal.Tests.Doubles;
using Xunit;

namespace Portal.Tests.Launch.Prefork;

/// <summary>An app that is released by moving a link: each instance is all of the release that the link leads to.</summary>
public sealed class LinkedReleaseTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.62", "Direct", false)]
    [InlineData("1.62", "Prefork", false)]
    [InlineData("1.62", "Prefork", true)]
    [InlineData("1.31", "Prefork", true)]
    public async Task Code_secrets_and_configuration_are_those_of_the_same_release(string version, string mode, bool isFormerRemoved)
    {
        await using var portal = await PortalUnderTest.StartAsync(test =>
        {
            Write(test.Ground, "r1", "red");
            Write(test.Ground, "r2", "green");
            Directory.CreateSymbolicLink(test.Ground.PathOf("current"), test.Ground.PathOf("r1"));
            test.Apps = [new StubApp("stub") { Python = StreamlitVersion.PythonOf(version), Script = test.Ground.PathOf("current/main.py") }];
            test.Settings["Portal:Launch:Mode"] = mode;
            test.Settings["Portal:Launch:StartTimeout"] = "00:03:00";
        });

        Assert.Equal("r1 r1 red", await VisitAsync(portal, PortalUnderTest.User));

        await Tool.ShellAsync(portal.Ground.Folder, "ln -sfn r2 current");
        if (isFormerRemoved)
            Directory.Delete(portal.Ground.PathOf("r1"), recursive: true);

        Assert.Equal("r2 r2 green", await VisitAsync(portal, PortalUnderTest.OtherUser));
    }

    private static void Write(TestGround ground, string release, string color)
    {
        var folder = Directory.CreateDirectory(ground.PathOf(release)).FullName;
        Directory.CreateDirectory(Path.Combine(folder, ".streamlit"));
        File.WriteAllText(Path.Combine(folder, ".streamlit/secrets.toml"), $"release = '{release}'\n");
        File.WriteAllText(Path.Combine(folder, ".streamlit/config.toml"), $"[theme]\nprimaryColor = '{color}'\n");
        File.WriteAllText(Path.Combine(folder, "main.py"), $$"""
            import os, streamlit as st
            with open("../told.new", "w") as file:
                file.write(f"{{release}} {st.secrets['release']} {st.get_option('theme.primaryColor')}")
            os.replace("../told.new", "../told")
            """);
    }

    private static async Task<string> VisitAsync(PortalUnderTest portal, string address)
    {
        var told = portal.Ground.PathOf("told");
        File.Delete(told);
        using var socket = await portal.WebSocketFrom(address, "/app/stub/_stcore/stream", options => options.AddSubProtocol("streamlit"));
        byte[] rerun = [0x5A, 0]; // BackMsg.rerun_script, empty
        await socket.SendAsync(rerun, WebSocketMessageType.Binary, endOfMessage: true, Cancelled);
        await Eventually.TrueAsync(() => File.Exists(told));
        return await File.ReadAllTextAsync(told, Cancelled);
    }
}
