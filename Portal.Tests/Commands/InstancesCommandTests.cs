using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Portal.Data;
using Portal.Tests.Doubles;
using Portal.Web.Launch;
using Xunit;

namespace Portal.Tests.Commands;

/// <summary>What runs, from the command line: through the portal, or without it.</summary>
public sealed class InstancesCommandTests
{
    private const string User = PortalUnderTest.User;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_the_portal_runs_an_instance_is_listed_and_stopped_through_it()
    {
        await using var portal = await PortalUnderTest.StartAsync(_ => { });
        var process = await portal.ClientFrom(User).ProcessIdAsync();
        await portal.ClientFrom(PortalUnderTest.OtherUser).ProcessIdAsync();

        var listed = (await RunAsync(portal, "instances", "list", "--json")).Done().Json;

        var one = Assert.Single(listed.EnumerateArray(), row => row.GetProperty("client").GetString() is User);
        Assert.Equal(
            ["client", "label", "app", "state", "processId", "port", "since", "lastActivity", "connections", "memory", "problem"],
            one.EnumerateObject().Select(property => property.Name), StringComparer.Ordinal);
        Assert.Equal(
            ("stub", "ready", process, 0),
            (one.GetProperty("app").GetString(), one.GetProperty("state").GetString(), one.GetProperty("processId").GetInt32(), one.GetProperty("connections").GetInt32()));

        (await RunAsync(portal, "instances", "stop", User, "stub")).Done();

        Assert.Empty(portal.InstancesOf(User));
        Assert.Single(portal.InstancesOf(PortalUnderTest.OtherUser));
        Assert.Single(portal.Ground.Processes());
        await Eventually.TrueAsync(async () => (await StopsAsync(portal)).Count is 1);
        Assert.Equal("command line (ann)", Assert.Single(await StopsAsync(portal)).Actor);

        var again = await RunAsync(portal, "instances", "stop", User, "stub");
        Assert.Equal((1, ""), (again.ExitCode, again.Output));
        Assert.Contains("portal instances list", again.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_portal_is_down_only_what_is_provably_its_own_is_stopped()
    {
        await using var portal = await PortalUnderTest.StartAsync(portal => portal.Settings["Portal:Launch:KeepInstances"] = "true");
        await portal.ClientFrom(User).ProcessIdAsync();
        var other = await portal.ClientFrom(PortalUnderTest.OtherUser).ProcessIdAsync();
        await portal.StopAsync();

        var table = (await RunAsync(portal, "instances", "list")).Done().Output;
        Assert.Equal(3, table.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Matches($"{User} .* stub +unattended", table);

        (await RunAsync(portal, "instances", "stop", User, "stub")).Done();

        Assert.Equal([other], portal.Ground.Processes());
        var listed = (await RunAsync(portal, "instances", "list", "--json")).Done().Json;
        Assert.Equal(other, Assert.Single(listed.EnumerateArray()).GetProperty("processId").GetInt32());
        Assert.Equal(1, (await RunAsync(portal, "instances", "stop", User, "stub")).ExitCode);

        await portal.RestartAsync();
        Assert.Single(await StopsAsync(portal), entry => entry.Actor is "command line (ann)");
    }

    [Fact]
    public async Task A_log_is_followed_through_its_renewal_and_cannot_drive_the_terminal()
    {
        await using var portal = new PortalUnderTest();
        var log = InstanceLog.Of(new InstanceKey(IPAddress.Parse(User), "stub"), Directory.CreateDirectory(portal.Ground.PathOf("data/logs")).FullName, 0);
        await File.WriteAllTextAsync(log.Path, "one\ntwo\n\e[31mthree\n", Cancelled);
        var tail = (await RunAsync(portal, "instances", "log", User, "stub", "--lines", "2")).Done();
        Assert.Equal("two\n[31mthree\n", tail.Output);

        using var following = new CommandUnderTest(portal, "instances", "log", User, "stub", "-f", "-n", "1");
        await following.LineWithAsync("three");
        await File.AppendAllTextAsync(log.Path, "fo", Cancelled);
        await File.AppendAllTextAsync(log.Path, "ur\n", Cancelled);
        Assert.Equal("four", await following.LineWithAsync("o"));
        File.Move(log.Path, log.OlderPath);
        await File.WriteAllTextAsync(log.Path, "five\n", Cancelled);
        await following.LineWithAsync("five");
        following.Interrupt();
        Assert.Equal(130, await following.ExitCodeAsync());

        var unknown = await RunAsync(portal, "instances", "log", User, "../../etc");
        Assert.Equal((1, ""), (unknown.ExitCode, unknown.Output));
    }

    [Fact]
    public async Task The_record_is_followed()
    {
        await using var portal = await PortalUnderTest.StartAsync(_ => { });
        using var following = new CommandUnderTest(portal, "audit", "tail", "--follow", "--json");
        await following.LineWithAsync("192.0.2.1");

        await portal.AddAsync(new RegisteredIpDraft("10.7.7.7", Role.User));

        var entry = JsonSerializer.Deserialize<JsonElement>(await following.LineWithAsync("10.7.7.7"));
        Assert.Equal("registrationAdded", entry.GetProperty("action").GetString());
        following.Interrupt();
        Assert.Equal(130, await following.ExitCodeAsync());
    }

    [Theory]
    [InlineData("{\"do\":\"dance\"}\n")]
    [InlineData("{\"do\":\"stop\",\"client\":\"nobody\",\"app\":\"stub\",\"by\":\"me\"}\n")]
    [InlineData("no json\n")]
    [InlineData(null)]
    public async Task What_the_control_socket_does_not_understand_it_says_so(string? question)
    {
        await using var portal = await PortalUnderTest.StartAsync(_ => { });
        var path = portal.Ground.PathOf("data/control.sock");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), Cancelled);
        await socket.SendAsync(Encoding.UTF8.GetBytes(question ?? new string('x', 5000)), Cancelled);

        using var reader = new StreamReader(new NetworkStream(socket));
        var answer = await reader.ReadLineAsync(Cancelled);

        Assert.StartsWith("""{"instances":null,"done":null,"error":""", answer, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<AuditEntry>> StopsAsync(PortalUnderTest portal) =>
        (await portal.Service<AuditStore>().ListAsync(new(Action: AuditAction.AppStopped, Who: "command"), null, null, 10, Cancelled)).Items;

    private static Task<CommandOutcome> RunAsync(PortalUnderTest portal, params string[] words) => CommandUnderTest.RunAsync(portal, words);
}
