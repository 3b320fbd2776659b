using Microsoft.Extensions.Options;
using Portal.Data;
using Portal.Web;
using Portal.Web.Launch;
using Xunit;

namespace Portal.Tests.Launch;

public sealed class LaunchOptionsTests
{
    [Fact]
    public void The_defaults_are_valid()
    {
        Assert.True(new LaunchOptionsValidator().Validate(null, new LaunchOptions()).Succeeded);
        Assert.True(new AppsOptionsValidator().Validate(null, new AppsOptions()).Succeeded);
    }

    [Fact]
    public void Every_error_of_launching_names_its_key()
    {
        var outcome = new LaunchOptionsValidator().Validate(null, new LaunchOptions
        {
            Mode = (LaunchMode)7,
            PortRange = "1-2",
            Python = "",
            GracePeriod = TimeSpan.FromMinutes(2),
            StartTimeout = TimeSpan.Zero,
            IdleTimeout = TimeSpan.Zero,
            IdleNotice = TimeSpan.FromTicks(-1),
            StopTimeout = TimeSpan.FromTicks(-1),
            MaxInstances = 0,
            MemorySoftLimit = 2,
            MemoryHardLimit = 1,
            MemoryReserve = -1,
            MaxOpenFiles = 63,
            MaxProcesses = -1,
            HealthInterval = TimeSpan.Zero,
            MaxLogSize = 0,
            LogRetention = TimeSpan.Zero,
            UsageRetention = TimeSpan.Zero,
        });

        AssertKeys(
            outcome,
            "Portal:Launch:Mode", "Portal:Launch:PortRange", "Portal:Launch:Python", "Portal:Launch:GracePeriod", "Portal:Launch:StartTimeout",
            "Portal:Launch:IdleTimeout", "Portal:Launch:IdleNotice", "Portal:Launch:StopTimeout", "Portal:Launch:MaxInstances",
            "Portal:Launch:MemorySoftLimit", "Portal:Launch:MemoryReserve", "Portal:Launch:MaxOpenFiles", "Portal:Launch:MaxProcesses",
            "Portal:Launch:HealthInterval", "Portal:Launch:MaxLogSize", "Portal:Launch:LogRetention", "Portal:Launch:UsageRetention");
    }

    [Theory]
    [InlineData(1800, 120, 120)]
    [InlineData(100, 120, 50)]
    [InlineData(1, 120, 0.5)]
    [InlineData(1800, 0, 0)]
    public void The_notice_comes_in_the_second_half_of_the_idle_time(double timeout, double notice, double before)
    {
        var options = new LaunchOptions { IdleTimeout = TimeSpan.FromSeconds(timeout), IdleNotice = TimeSpan.FromSeconds(notice) };

        Assert.True(new LaunchOptionsValidator().Validate(null, options).Succeeded);
        Assert.Equal(TimeSpan.FromSeconds(before), options.NoticeBeforeStop);
    }

    [Fact]
    public void Every_error_of_an_app_names_its_key()
    {
        var outcome = new AppsOptionsValidator().Validate(null, new AppsOptions
        {
            Apps =
            [
                new() { Slug = "good-1", Script = "main.py", Roles = ["user", "Admin"] },
                new() { Slug = "good-1", Script = "main.py" },
                new() { Slug = "_stcore", Script = " " },
                new() { Slug = "a/b", Script = "main.py", Roles = ["Boss", "7"] },
                new() { Slug = "c", Script = "main.py", Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["A=B"] = "" } },
                new() { Script = "main.py" },
                new() { Slug = "e", Script = "main.py", MaxInstances = 0 },
                new() { Slug = "d", Script = "main.py", Preload = ["pandas", "PIL.Image", "os; import sys", ".relative"] },
            ],
        });

        AssertKeys(
            outcome,
            "Portal:Apps:1:Slug", "Portal:Apps:2:Slug", "Portal:Apps:2:Script", "Portal:Apps:3:Slug", "Portal:Apps:3:Roles", "Portal:Apps:3:Roles",
            "Portal:Apps:4:Environment", "Portal:Apps:5:Slug", "Portal:Apps:6:MaxInstances", "Portal:Apps:7:Preload", "Portal:Apps:7:Preload");
    }

    [Fact]
    public void The_catalog_completes_what_the_configuration_leaves_out()
    {
        var catalog = Catalog(new AppOptions { Slug = "plain", Script = "apps/plain.py" });

        var app = Assert.Single(catalog.All);
        Assert.Equal(("plain", "/app/plain/", "python-of-all"), (app.Title, app.Path, app.Python));
        Assert.Equal(Path.Combine(PortalPaths.Root, "apps/plain.py"), app.Script);
        Assert.True(app.IsOpenTo(Role.User) && app.IsOpenTo(Role.Admin));
    }

    [Fact]
    public void The_catalog_shows_each_role_what_it_may_open()
    {
        var catalog = Catalog(
            new() { Slug = "admins", Script = "a.py", Roles = ["admin"], Python = "bin/python" },
            new() { Slug = "all", Script = "b.py" });

        Assert.Equal(["admins", "all"], catalog.OpenTo(Role.Admin).Select(app => app.Slug), StringComparer.Ordinal);
        Assert.Equal(["all"], catalog.OpenTo(Role.User).Select(app => app.Slug), StringComparer.Ordinal);
        Assert.Equal(Path.Combine(PortalPaths.Root, "bin/python"), catalog.Find("admins", Role.Admin)?.Python);
        Assert.Null(catalog.Find("admins", Role.User));
        Assert.Null(catalog.Find("ALL", Role.User));
    }

    private static AppCatalog Catalog(params AppOptions[] apps) => new(
        Options.Create(new AppsOptions { Apps = apps }), Options.Create(new LaunchOptions { Python = "python-of-all" }));

    private static void AssertKeys(ValidateOptionsResult outcome, params string[] keys) =>
        Assert.Equal(keys, outcome.Failures?.Select(failure => failure.Split(' ')[0]) ?? [], StringComparer.Ordinal);
}
