using System.Net;
using System.Net.Sockets;
using Portal.Tests.Doubles;
using Xunit;

namespace Portal.Tests.Access;

/// <summary>A portal that cannot start says what to mend, a line each, and ends with the code for it.</summary>
public sealed class StartFailureTests
{
    private const int ConfigurationError = 78;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_errors_of_the_configuration_are_listed_with_their_keys()
    {
        var (code, lines) = await RunAsync(
            "--Portal:Access:TrustedProxies:0=10.0.0.1/8", "--Portal:Launch:PortRange=80-90", "--Portal:Launch:StopTimeout=-00:00:01",
            "--Portal:Apps:0:Slug=Not_A_Slug", "--Portal:Proxy:MaxRequestBodySize=0");

        Assert.Equal((ConfigurationError, "The portal cannot start:"), (code, lines[0]));
        Assert.Equal(
            [
                "Portal:Access:TrustedProxies:0", "Portal:Apps:0:Slug", "Portal:Launch:PortRange", "Portal:Launch:StopTimeout",
                "Portal:Proxy:MaxRequestBodySize",
            ],
            lines.Skip(1).Select(line => line.Trim().Split(' ')[0]).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("Portal:Launch:GracePeriod", "soon")]
    [InlineData("Portal:Launch:MaxInstances", "many")]
    [InlineData("Portal:Launch:Mode", "Sideways")]
    [InlineData("Portal:Access:Bootstrap:0:Port", "http")]
    [InlineData("ConnectionStrings:Portal", "nonsense")]
    [InlineData("Portal:AppsUrl", "apps")]
    [InlineData("Portal:RedirectToHttps", "perhaps")]
    [InlineData("Kestrel:Certificates:Default:Path", "/none/fullchain.pem")]
    [InlineData("Portal:DataDirectory", "/dev/null/data")]
    public async Task A_value_of_the_wrong_kind_is_named_by_its_key(string key, string value)
    {
        var (code, lines) = await RunAsync($"--{key}={value}");

        Assert.Equal((ConfigurationError, "The portal cannot start:"), (code, lines[0]));
        Assert.Contains(lines, line => line.Contains(key, StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.TrimStart().StartsWith("at ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_address_that_is_taken_is_named()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var url = $"http://{other.LocalEndpoint}";

        var (code, lines) = await RunAsync($"--urls={url}");

        Assert.Equal((ConfigurationError, "The portal cannot start:"), (code, lines[0]));
        Assert.Contains(url, lines[1], StringComparison.Ordinal);
        Assert.Equal(2, lines.Count);
    }

    private static async Task<(int Code, IReadOnlyList<string> Lines)> RunAsync(params string[] arguments)
    {
        await using var ground = new TestGround();
        var result = await Tool.RunAsync("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "Portal.Web.dll"), "--urls=http://127.0.0.1:0", $"--Portal:DataDirectory={ground.PathOf("data")}",
            "--Logging:Console:LogLevel:Default=None", .. arguments,
        ]);
        return (result.ExitCode, result.StandardError.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
