using System.Net;
using Portal.Tests.Doubles;
using Xunit;

namespace Portal.Tests.Faults;

/// <summary>
/// What an app needs is missing or broken: people are told in their language, admins why, and once it is mended the app opens
/// without anything being started anew.
/// </summary>
public sealed class BrokenAppTests
{
    private const string Works = "exec \"$STUB_PYTHON\" \"$@\"";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("no interpreter", "The app cannot be started", "앱을 시작할 수 없습니다", "is not there")]
    [InlineData("no script", "The app cannot be started", "앱을 시작할 수 없습니다", "main.py")]
    [InlineData("exec /usr/bin/python3 -I -S -c 'import streamlit'", "The app ended before it was ready", "앱이 준비되기 전에 종료되었습니다", "No module named &#x27;streamlit&#x27;")]
    [InlineData("exec sleep 600", "The app took too long to start", "앱 시작이 너무 오래 걸렸습니다", "It was not ready on port")]
    [InlineData("ulimit -v 100000; exec /usr/bin/python3 -c 'bytearray(1 << 30)'", "The app ended before it was ready", "앱이 준비되기 전에 종료되었습니다", "MemoryError")]
    public async Task People_are_told_and_it_opens_once_it_is_mended(string fault, string told, string toldInKorean, string toldAdmins)
    {
        await using var portal = new PortalUnderTest();
        var (python, script) = (portal.Ground.PathOf("python"), portal.Ground.PathOf("main.py"));
        portal.Apps =
        [
            new StubApp
            {
                Python = python,
                Script = script,
                Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["STUB_PYTHON"] = Path.Combine(TestGround.Doubles, "python") },
            },
        ];
        portal.Settings["Portal:Launch:StartTimeout"] = fault.Contains("sleep", StringComparison.Ordinal) ? "00:00:02" : "00:01:00";
        await WriteAsync(python, fault is "no script" ? Works : fault);
        if (fault is "no interpreter")
            File.Delete(python);
        if (fault is "no script")
            File.Delete(script);
        await portal.InitializeAsync();

        var (admin, user) = (new Visitor(portal, PortalUnderTest.Admin), new Visitor(portal, PortalUnderTest.User, "ko"));
        var shown = await admin.OpenAsync("/app/stub/");
        shown.Says(HttpStatusCode.BadGateway, told);
        Assert.Contains(toldAdmins, shown.Text, StringComparison.Ordinal);
        var shownInKorean = await user.OpenAsync("/app/stub/");
        shownInKorean.Says(HttpStatusCode.BadGateway, toldInKorean);
        Assert.DoesNotContain("for-admins", shownInKorean.Text, StringComparison.Ordinal);
        Assert.Empty(portal.Ground.Processes());

        await File.WriteAllTextAsync(script, "", Cancelled);
        await WriteAsync(python, Works);
        Assert.Equal(HttpStatusCode.Found, (await admin.SendAsync("/launching/stub/retry")).Status);
        Assert.True(await admin.Client.ProcessIdAsync() > 0);
        await Eventually.TrueAsync(async () => (await user.OpenAsync("/app/stub/process")).Status is HttpStatusCode.OK);
    }

    /// <summary>An interpreter of the app's, put in place as a whole: one that is still written to cannot be run.</summary>
    private static async Task WriteAsync(string path, string command)
    {
        await File.WriteAllTextAsync(path + ".new", $"#!/bin/sh\n{command}\n", Cancelled);
        File.SetUnixFileMode(path + ".new", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.Move(path + ".new", path, overwrite: true);
    }
}
