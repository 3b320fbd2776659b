using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CliWrap;
using Microsoft.Extensions.Options;
using Portal.Tests.Doubles;
using Portal.Web;
using Xunit;

namespace Portal.Tests.Access;

/// <summary>A portal that cannot start says what to fix, a line each, and ends with the code for it.</summary>
public sealed class StartFailureTests
{
    private const int ConfigurationError = 78, Passing = 75;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_errors_of_the_configuration_are_listed_with_their_keys()
    {
        var (code, lines) = await RunAsync(
            "--Portal:Access:TrustedProxies:0=10.0.0.1/8", "--Portal:Launch:PortRange=80-90", "--Portal:Launch:StopTimeout=-00:00:01",
            "--Portal:Apps:0:Slug=Not_A_Slug", "--Portal:Proxy:MaxRequestBodySize=0", "--Portal:Launch:GracePeriod=soon",
            "--Portal:Launch:IdleTimout=30m", "--Portal:Apps:0:MaxInstances=many", "--urls=localhost8000", "--Logging:LogLevel:Default=Informaton",
            "--Portal:DataDirectory=/dev/null/data", "--ConnectionStrings:Portal=nonsense", "--Kestrel:Certificates:Default:Path=/none.pem");

        Assert.Equal((ConfigurationError, "The portal cannot start:"), (code, lines[0]));
        Assert.Equal(
            [
                "ASPNETCORE_URLS", "ConnectionStrings:Portal", "Kestrel:Certificates:Default:Path", "Logging:LogLevel:Default",
                "Portal:Access:TrustedProxies:0", "Portal:Apps:0:MaxInstances", "Portal:Apps:0:Slug", "Portal:DataDirectory",
                "Portal:Launch:GracePeriod", "Portal:Launch:IdleTimout", "Portal:Launch:PortRange", "Portal:Launch:StopTimeout",
                "Portal:Proxy:MaxRequestBodySize",
            ],
            lines.Skip(1).Select(line => line.Trim().Split(' ')[0]).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("Portal:Launch:GracePeriod", "soon", "30s")]
    [InlineData("Portal:Launch:MaxInstances", "many", "100")]
    [InlineData("Portal:Launch:MaxInstances", "2GB", "100")]
    [InlineData("Portal:Launch:MaxLogSize", "much", "512MB")]
    [InlineData("Portal:Launch:IdleTimeout", "366d", "1s to 365d")]
    [InlineData("Portal:Launch:Mode", "Sideways", "Prefork")]
    [InlineData("Portal:Launch", "Direct", "Portal:Launch:Mode")]
    [InlineData("Portal:Access:Bootstrap:0:Port", "http", "number")]
    [InlineData("Portal:Access:TrustedProxies", "10.0.0.1", "Portal:Access:TrustedProxies:0")]
    [InlineData("ConnectionStrings:Portal", "nonsense", "Data Source={DataDirectory}/portal.db")]
    [InlineData("ConnectionStrings:Portal", "Data Source=a.db;Pooling=perhaps", "Data Source={DataDirectory}/portal.db")]
    [InlineData("Portal:AppsUrl", "apps", "https://portal.company.com")]
    [InlineData("Portal:RedirectToHttps", "perhaps", "true or false")]
    [InlineData("Kestrel:Certificates:Default:Path", "/none/fullchain.pem", "read")]
    [InlineData("Portal:DataDirectory", "/dev/null/data", "/var/lib/portal")]
    [InlineData("Portal:DataDirectory", "", "/var/lib/portal")]
    [InlineData("Portal:DataDirectory", "/proc/portal", "/var/lib/portal")]
    [InlineData("Logging:LogLevel:Default", "Informaton", "Information")]
    [InlineData("Logging:Console:LogLevel:Yarp", "Warn", "Warning")]
    [InlineData("Logging:Console:FormatterName", "jsn", "json")]
    [InlineData("urls", "localhost8000", "http://0.0.0.0:8000")]
    [InlineData("urls", "http://0.0.0.0:80OO", "http://0.0.0.0:8000")]
    [InlineData("urls", "http://0.0.0.0:99999", "http://0.0.0.0:8000")]
    [InlineData("urls", "http://127.0.0.256:0", "http://0.0.0.0:8000")]
    [InlineData("urls", "http://[::1:0", "http://0.0.0.0:8000")]
    [InlineData("urls", "tcp://127.0.0.1:0", "http://0.0.0.0:8000")]
    [InlineData("urls", "http://127.0.0.1:0/portal", "http://0.0.0.0:8000")]
    [InlineData("urls", "http://127.0.0.l:0", "http://0.0.0.0:8000")]
    [InlineData("urls", "http://portal.company.com:0", "http://0.0.0.0:8000")]
    [InlineData("urls", "http://unix:/none/portal.sock", "http://0.0.0.0:8000")]
    [InlineData("Kestrel:Endpoints:Main:Url", "localhost8000", "http://0.0.0.0:8000")]
    public void A_wrong_value_is_named_by_its_key_with_an_example(string key, string value, string example)
    {
        var data = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

        var failure = Assert.ThrowsAny<Exception>(() => Program.Build(["--urls=http://127.0.0.1:0", $"--Portal:DataDirectory={data}", $"--{key}={value}"]));

        Assert.False(Path.Exists(data), "Nothing is created for a configuration that is wrong.");
        var line = Assert.Single(StartFailure.Explain(failure));
        Assert.Contains(key, line, StringComparison.Ordinal);
        Assert.Contains(value, line, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(example, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_key_is_named_with_the_nearest_whichever_source_it_is_from()
    {
        var environment = Path.GetRandomFileName();
        var file = Path.Combine(AppContext.BaseDirectory, $"appsettings.{environment}.json");
        await File.WriteAllTextAsync(file, """{ "Portal": { "Apps": [ { "Slgu": "a" } ], "Lauch": { "Mode": "Direct", "RunAs": "nobody" } } }""", Cancelled);
        try
        {
            var (code, lines) = await RunAsync(
                ["env", $"ASPNETCORE_ENVIRONMENT={environment}", "Portal__Access__TrustedProxy__0=10.0.0.1", "PORTAL__APPS__1__ENVIRONMENT__HTTP_PROXY=x"],
                "--Portal:Launch:StopTimout=5", "--Portal:StartTimeout=1m", "--Portal:Apps:planner:Script=main.py", "--Portal:Title:Short=x");

            Assert.Equal(ConfigurationError, code);
            Assert.Equal(
                [
                    "Portal:Access:TrustedProxy:0 is not a known key; did you mean Portal:Access:TrustedProxies:0?",
                    "Portal:Apps:0:Slgu is not a known key; did you mean Portal:Apps:0:Slug?",
                    "Portal:Apps:planner:Script is not a known key; did you mean Portal:Apps:0:Script?",
                    "Portal:Lauch:Mode is not a known key; did you mean Portal:Launch:Mode?",
                    "Portal:Lauch:RunAs is not a known key; did you mean Portal:Launch:RunAs?",
                    "Portal:Launch:StopTimout is not a known key; did you mean Portal:Launch:StopTimeout?",
                    "Portal:StartTimeout is not a known key; did you mean Portal:Launch:StartTimeout?",
                    "Portal:Title:Short is not a known key; did you mean Portal:Title?",
                ],
                lines.Skip(1).Select(line => line.Trim()).Where(line => line.Contains("known key", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
                StringComparer.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("{ \"Portal\": { \"Title\": \"x\" ")]
    [InlineData("{ \"Portal\": { \"Title\": \"x\" }, \"portal:title\": \"y\" }")]
    public async Task A_file_that_cannot_be_read_is_named(string text)
    {
        var environment = Path.GetRandomFileName();
        var file = Path.Combine(AppContext.BaseDirectory, $"appsettings.{environment}.json");
        await File.WriteAllTextAsync(file, text, Cancelled);
        try
        {
            var (code, lines) = await RunAsync(under: ["env", $"ASPNETCORE_ENVIRONMENT={environment}"]);

            Assert.Equal((ConfigurationError, "The portal cannot start:"), (code, lines[0]));
            Assert.Contains(file, Assert.Single(lines.Skip(1)), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task An_address_that_is_taken_is_named_and_may_pass(string host)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        var (code, lines) = await RunAsync($"--urls=http://{host}:{port}");

        Assert.Equal((Passing, "The portal cannot start:"), (code, lines[0]));
        Assert.Contains($":{port}", Assert.Single(lines.Skip(1)), StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_that_is_there_twice_is_named()
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Program.Build(["--urls=http://127.0.0.1:8000;https://127.0.0.1:8000"]));

        Assert.Contains("https://127.0.0.1:8000", Assert.Single(failure.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task HTTPS_without_a_certificate_is_told_in_two_lines()
    {
        var (code, lines) = await RunAsync("--urls=https://127.0.0.1:0");

        Assert.Equal((ConfigurationError, "The portal cannot start:"), (code, lines[0]));
        Assert.Contains("Kestrel:Certificates:Default:Path", lines[2], StringComparison.Ordinal);
        Assert.Equal(3, lines.Count);
    }

    [Fact]
    public async Task An_address_that_the_machine_lacks_is_named_and_may_come_later()
    {
        var (code, lines) = await RunAsync("--urls=http://192.0.2.1:8000");

        Assert.Equal((Passing, "The portal cannot start:"), (code, lines[0]));
        Assert.Contains("ASPNETCORE_URLS (or --urls) is 'http://192.0.2.1:8000'", Assert.Single(lines.Skip(1)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://*:80")]
    [InlineData("http://localhost:80")]
    public async Task A_port_that_takes_a_right_is_named_with_the_right(string url)
    {
        var (code, lines) = await RunAsync(["setpriv", "--bounding-set=-net_bind_service", "--inh-caps=-net_bind_service"], $"--urls={url}");

        Assert.SkipWhen(lines.Count > 0 && lines[0].StartsWith("setpriv:", StringComparison.Ordinal), "To give up a right takes a right.");
        Assert.Equal((ConfigurationError, "The portal cannot start:"), (code, lines[0]));
        var line = Assert.Single(lines.Skip(1));
        Assert.Contains($"ASPNETCORE_URLS (or --urls) is '{url}'", line, StringComparison.Ordinal);
        Assert.Contains("AmbientCapabilities=CAP_NET_BIND_SERVICE", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(256)]
    [InlineData(500)]
    public async Task Too_few_open_files_are_named(int files)
    {
        var (code, lines) = await RunAsync(under: ["prlimit", string.Create(CultureInfo.InvariantCulture, $"--nofile={files}:{files}")]);

        Assert.Equal((ConfigurationError, "The portal cannot start:"), (code, lines[0]));
        var line = Assert.Single(lines.Skip(1));
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"(ulimit -n) is {files}"), line, StringComparison.Ordinal);
        Assert.Contains("LimitNOFILE=65536", line, StringComparison.Ordinal);
    }

    private static Task<(int Code, IReadOnlyList<string> Lines)> RunAsync(params string[] arguments) => RunAsync([], arguments);

    /// <param name="under">A command that becomes the portal, such as env(1).</param>
    private static async Task<(int Code, IReadOnlyList<string> Lines)> RunAsync(string[] under, params string[] arguments)
    {
        await using var ground = new TestGround();
        string[] words =
        [
            "timeout", "--signal=KILL", "60", // a portal that starts all the same
            .. under, "dotnet", Path.Combine(AppContext.BaseDirectory, "Portal.Web.dll"), "--urls=http://127.0.0.1:0",
            $"--Portal:DataDirectory={ground.PathOf("data")}", .. arguments,
        ];
        var result = await Tool.RunAsync(Cli.Wrap(words[0]).WithArguments(words[1..]));

        // Neither here nor in the log, where everything is told that a person does not read.
        Assert.DoesNotContain(" at Portal.Web.", result.StandardOutput + result.StandardError, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", result.StandardOutput + result.StandardError, StringComparison.Ordinal);
        return (result.ExitCode, result.StandardError.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
