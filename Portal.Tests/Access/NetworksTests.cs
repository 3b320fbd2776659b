using System.Net;
using System.Text.Json;
using CliWrap;
using Portal.Tests.Doubles;
using Portal.Web.Launch.Processes;
using Xunit;

namespace Portal.Tests.Access;

/// <summary>
/// Containers, translated addresses and a proxy on the portal's machine are told apart from apps, and are who they are; in networks of
/// the test's own.
/// </summary>
public sealed class NetworksTests
{
    private const int NotAvailable = 77;

    [Fact]
    public async Task Nobody_is_taken_for_somebody_else_however_the_connection_comes()
    {
        Assert.SkipUnless(Posix.UserId is 0, "Networks of the test's own take root's rights.");
        await using var portal = new PortalUnderTest { Apps = [new StubApp()] };
        foreach (var (index, (address, role)) in new[] { ("127.0.0.1", "Admin"), ("10.9.0.1", "Admin"), ("10.9.0.2", "User") }.Index())
        {
            portal.Settings[$"Portal:Access:Bootstrap:{index}:Address"] = address;
            portal.Settings[$"Portal:Access:Bootstrap:{index}:Role"] = role;
        }

        portal.Settings["Portal:Access:TrustedProxies:0"] = "127.0.0.9";
        var program = Path.Combine(AppContext.BaseDirectory, "Portal.Web.dll");

        var result = await Tool.RunAsync(Cli.Wrap("unshare")
            .WithArguments(
            [
                "--net", "/usr/bin/python3", Path.Combine(TestGround.Doubles, "networks.py"), "dotnet", program, .. portal.Arguments(),
            ])
            .WithEnvironmentVariables(environment => environment.Set("PATH", Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin:/sbin")));

        Assert.SkipWhen(
            result.ExitCode is NotAvailable || result.StandardError.StartsWith("unshare:", StringComparison.Ordinal),
            "The system gives the test no networks of its own: " + result.StandardError);
        Assert.True(result.ExitCode is 0, result.StandardError);
        const HttpStatusCode Served = HttpStatusCode.OK, Refused = HttpStatusCode.Forbidden;
        Assert.Equal(
            new Dictionary<string, HttpStatusCode>(StringComparer.Ordinal)
            {
                ["registered container"] = Served,
                ["registered container, redirected"] = Served,
                ["other container"] = Refused,
                ["other container, redirected"] = Refused,
                ["container with our address"] = Refused,
                ["this machine"] = Served,
                ["this machine, redirected"] = Served,
                ["this machine, by its other address"] = Served,
                ["program in our network, another user"] = Served,
                ["app"] = Refused,
                ["app, redirected"] = Refused,
                ["app, by our other address"] = Refused,
                ["proxy"] = Served,
                ["proxy, not for an admin"] = Refused,
                ["app as proxy"] = Refused,
            },
            JsonSerializer.Deserialize<Dictionary<string, HttpStatusCode>>(result.StandardOutput));
    }
}
