using System.Text.Json;
using CliWrap;
using Portal.Tests.Doubles;
using Portal.Web;
using Portal.Web.Launch.Processes;
using Xunit;

namespace Portal.Tests.Launch.Ports;

/// <summary>The file that operators load, in a network of the test's own.</summary>
public sealed class PacketFilterTests
{
    private const int NotAvailable = 77;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_the_portal_gets_through_to_the_ports_of_instances()
    {
        const int Inside = 8600, Outside = 9100;
        const string User = "define portal = \"portal\"";
        Assert.SkipUnless(Posix.UserId is 0, "A network of the test's own takes root's rights.");
        Assert.SkipUnless(File.Exists("/usr/sbin/nft"), "Install nftables first.");
        var folder = Directory.CreateTempSubdirectory("portal-test-");
        try
        {
            // This machine has no user portal; the test's own stands in.
            var committed = await File.ReadAllTextAsync(Path.Combine(PortalPaths.Root, "docs", "systemd", "portal.nft"), Cancelled);
            Assert.Contains(User, committed, StringComparison.Ordinal);
            var file = Path.Combine(folder.FullName, "portal.nft");
            await File.WriteAllTextAsync(file, committed.Replace(User, "define portal = 0", StringComparison.Ordinal), Cancelled);

            var told = await TryAsync(file, Inside, Outside);

            Assert.Equal("", told.GetProperty("said").GetString());
            Assert.Equal([true, true], Read(told, "before"));
            Assert.Equal([true, true], Read(told, "portal"));
            Assert.Equal([false, true], Read(told, "nobody"));
            Assert.Equal(1, told.GetProperty("rules").GetInt32());
            Assert.Equal("table inet probe\ntable inet portal\n", told.GetProperty("tables").GetString());
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        static IEnumerable<bool> Read(JsonElement told, string name) => told.GetProperty(name).EnumerateArray().Select(one => one.GetBoolean());
    }

    private static async Task<JsonElement> TryAsync(string file, int inside, int outside)
    {
        var result = await Tool.RunAsync(Cli.Wrap("unshare")
            .WithArguments(["--net", "/usr/bin/python3", Path.Combine(TestGround.Doubles, "filter.py"), file, $"{inside}", $"{outside}"])
            .WithEnvironmentVariables(environment => environment.Set("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")));
        Assert.SkipWhen(
            result.ExitCode is NotAvailable || result.StandardError.StartsWith("unshare:", StringComparison.Ordinal),
            "The system gives the test no network of its own with a packet filter.");
        Assert.True(result.ExitCode is 0, result.StandardError);
        return JsonSerializer.Deserialize<JsonElement>(result.StandardOutput);
    }
}
