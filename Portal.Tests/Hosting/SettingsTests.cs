using System.Reflection;
using Microsoft.Extensions.Options;
using Portal.Web;
using Portal.Web.Audit;
using Portal.Web.Hosting;
using Portal.Web.Launch;
using Portal.Web.Proxy;
using Xunit;

namespace Portal.Tests.Hosting;

/// <summary>Values as people write them, and the keys that there are.</summary>
public sealed class SettingsTests
{
    [Fact]
    public async Task Units_are_taken_as_well_as_what_was_taken_before()
    {
        await using var portal = new PortalUnderTest();
        portal.Settings["Portal:Launch:IdleTimeout"] = "45m";
        portal.Settings["Portal:Launch:StartTimeout"] = "1m30s";
        portal.Settings["Portal:Launch:HealthInterval"] = "500 ms";
        portal.Settings["Portal:Launch:MaxBusyTime"] = "2H";
        portal.Settings["Portal:Launch:GracePeriod"] = "00:00:02";
        portal.Settings["Portal:Audit:Retention"] = "30";
        portal.Settings["Portal:Launch:LogRetention"] = "1.5d";
        portal.Settings["Portal:Launch:MemoryHardLimit"] = "2GB";
        portal.Settings["Portal:Launch:MemorySoftLimit"] = "";
        portal.Settings["Portal:Launch:MaxLogSize"] = "512 kb";
        portal.Settings["Portal:Launch:MemoryReserve"] = "0";
        portal.Settings["Portal:Proxy:MaxRequestBodySize"] = "1.5GiB";
        portal.Settings["portal:launch:maxinstances"] = "7";
        await portal.InitializeAsync();

        var launch = portal.Service<IOptions<LaunchOptions>>().Value;
        Assert.Equal(TimeSpan.FromMinutes(45), launch.IdleTimeout);
        Assert.Equal(TimeSpan.FromSeconds(90), launch.StartTimeout);
        Assert.Equal(TimeSpan.FromSeconds(0.5), launch.HealthInterval);
        Assert.Equal(TimeSpan.FromHours(2), launch.MaxBusyTime);
        Assert.Equal(TimeSpan.FromSeconds(2), launch.GracePeriod);
        Assert.Equal(TimeSpan.FromHours(36), launch.LogRetention);
        Assert.Equal(TimeSpan.FromDays(30), portal.Service<IOptions<AuditOptions>>().Value.Retention);
        Assert.Equal((2L << 30, null), (launch.MemoryHardLimit, launch.MemorySoftLimit));
        Assert.Equal((512 << 10, 0, 7), (launch.MaxLogSize, launch.MemoryReserve, launch.MaxInstances));
        Assert.Equal(3L << 29, portal.Service<IOptions<ProxyOptions>>().Value.MaxRequestBodySize);
    }

    [Fact]
    public void Every_option_class_is_read_where_all_are() => Assert.Equal(
        typeof(PortalPaths).Assembly.GetTypes()
            .Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal) && HasSection(type))
            .Select(type => type.Name).Order(StringComparer.Ordinal),
        PortalSettings.Sections.Select(one => one.Type.Name).Order(StringComparer.Ordinal),
        StringComparer.Ordinal);

    [Fact]
    public void Every_key_is_documented_and_nothing_else()
    {
        var documented = File.ReadLines(Path.Combine(PortalPaths.Root, "README.md"))
            .Where(line => line.StartsWith("| `Portal:", StringComparison.Ordinal)).Select(line => line.Split('`')[1]).ToList();

        Assert.Equal(Known().Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    private static bool HasSection(Type type) =>
        type.GetField("Section", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() is string;

    /// <summary>Lists and dictionaries count as one key.</summary>
    private static List<string> Known() =>
    [
        .. KnownKey.Of(PortalSettings.Root, PortalSettings.Sections).Paths(PortalSettings.Root, [])
            .Select(key => key.Split(":0")[0]).Distinct(StringComparer.Ordinal),
    ];
}
