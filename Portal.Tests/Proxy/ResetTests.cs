using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Portal.Tests.Doubles;
using Portal.Tests.Launch;
using Portal.Tests.Launch.Prefork;
using Xunit;

namespace Portal.Tests.Proxy;

/// <summary>Requests of the apps' user whose connection is reset at once, so that its owner is gone before anybody can look.</summary>
public sealed partial class ResetTests : IAsyncDisposable
{
    private const int Tries = 1500;
    private const string Proxy = "127.0.0.50";

    private readonly PortalUnderTest _portal = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Fact]
    public async Task None_is_served_from_whatever_address_and_each_is_counted()
    {
        _portal.Settings["Portal:Access:TrustedProxies:0"] = Proxy;
        RunAsTests.Configure(_portal, "Direct");
        using var process = await _portal.StartProcessAsync();
        using var client = _portal.ClientFrom(PortalUnderTest.Admin);

        var attacks = await Task.WhenAll(
            AttackAsync(PortalUnderTest.Admin), AttackAsync(PortalUnderTest.User), AttackAsync(Proxy, PortalUnderTest.Admin));

        Assert.All(attacks, sent => Assert.Equal(Tries, sent));
        string metrics = "";
        await Eventually.TrueAsync(async () =>
        {
            metrics = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative), Cancelled);
            return Sum(metrics, "portal_local_refusals_total", "") >= attacks.Sum();
        });
        Assert.Equal(0, Sum(metrics, "http_server_request_duration_seconds_count", "admin/overview"));
        using var admin = await client.GetAsync(new Uri("/admin/overview", UriKind.Relative), Cancelled);
        Assert.Equal(HttpStatusCode.OK, admin.StatusCode);
        Assert.Equal(0, await process.StopAsync());

        async Task<int> AttackAsync(params string[] addresses)
        {
            string[] command =
            [
                .. AppsUser.Nobody.Command, StandInStreamlit.Python, Path.Combine(TestGround.Doubles, "attacker.py"),
                $"{_portal.Port}", $"{Tries}", .. addresses,
            ];
            var attacker = await Tool.RunAsync(command[0], command[1..]);
            return int.Parse(attacker.StandardOutput, CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Of all samples of that name whose labels hold the text.</summary>
    private static double Sum(string metrics, string name, string label) => metrics.Split('\n').Select(line => Sample().Match(line))
        .Where(sample => sample.Success && sample.Groups["name"].Value.Equals(name, StringComparison.Ordinal)
            && sample.Groups["labels"].Value.Contains(label, StringComparison.OrdinalIgnoreCase))
        .Sum(sample => double.Parse(sample.Groups["value"].Value, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"^(?<name>[a-z_]+)(\{(?<labels>.*)\})? (?<value>[0-9.e+]+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Sample();
}
