using System.Globalization;
using Portal.Tests.Doubles;
using Portal.Web.Launch.Processes;
using Xunit;

namespace Portal.Tests.Launch;

/// <summary>A portal that is not root, with the rights that a unit gives it to run apps as another user, and without.</summary>
public sealed class RunAsRightsTests : IAsyncDisposable
{
    private readonly PortalUnderTest _portal = new();
    private readonly SystemUser _own = SystemUser.Find("daemon") ?? AppsUser.Nobody;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Theory]
    [InlineData("Direct")]
    [InlineData("Prefork")]
    public async Task With_the_rights_of_the_unit_a_portal_that_is_not_root_does_all_it_has_to(string mode)
    {
        var rights = string.Join(',', Capabilities.All.Split(' ').Select(one => "+" + one["CAP_".Length..].ToLowerInvariant()));
        using var process = await StartAsync(mode, ["--inh-caps=" + rights, "--ambient-caps=" + rights]);
        using var client = new HttpClient { BaseAddress = Address, Timeout = Eventually.Limit };
        await Eventually.TrueAsync(() => PortalProcess.IsUpAsync(client));

        Assert.Equal("ok", await client.GetStringAsync(new Uri("/app/stub/_stcore/health", UriKind.Relative), Cancelled));

        var id = await client.ProcessIdAsync();
        Assert.Equal(_own.Id, ProcessTable.UserOf(process.Id));
        Assert.Equal(AppsUser.Nobody.Id, ProcessTable.UserOf(id));
        Assert.Equal(new string('0', 16), Prefork.SpawnerUnderTest.StatusOf(id, "CapPrm"));
        Assert.Equal("403", await AskAsync($"ask?how=orphan&port={Address.Port}"));
        using (var doctor = Run(["doctor", .. _portal.Arguments()], rights: []))
            Assert.Contains($"runs as process {process.Id}", await doctor.Output, StringComparison.Ordinal);
        Assert.Equal("PermissionError", await AskAsync($"reach?file={_portal.Ground.PathOf("data/control.sock")}"));

        Posix.Signal(process.Id, Posix.SigTerm);
        Assert.Equal(0, await process.ExitCodeAsync());
        Assert.Null(ProcessTable.Stat(id) is { IsDead: false } ? id : null);

        Task<string> AskAsync(FormattableString what) =>
            client.GetStringAsync(new Uri("/app/stub/" + FormattableString.Invariant(what), UriKind.Relative), Cancelled);
    }

    [Fact]
    public async Task Without_them_it_does_not_start_and_says_which()
    {
        using var process = await StartAsync("Direct", []);

        Assert.Equal(78, await process.ExitCodeAsync());

        var errors = await process.Errors;
        Assert.Contains("Portal:Launch:RunAs is nobody, and the portal lacks CAP_SETUID", errors, StringComparison.Ordinal);
        Assert.Contains("AmbientCapabilities=" + Capabilities.All, errors, StringComparison.Ordinal);
    }

    private Uri Address => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_portal.Ground.Ports.First + 15}"));

    private async Task<PortalProcess> StartAsync(string mode, IEnumerable<string> rights)
    {
        RunAsTests.Configure(_portal, mode);
        _portal.Urls = Address.GetLeftPart(UriPartial.Authority);
        var data = Directory.CreateDirectory(_portal.Ground.PathOf("data"));
        await Tool.RunAsync("chown", $"{_own.Id}:{_own.GroupId}", data.FullName);
        return Run(_portal.Arguments(), rights);
    }

    private PortalProcess Run(IEnumerable<string> arguments, IEnumerable<string> rights) => new(
        arguments,
        ["setpriv", $"--reuid={_own.Id}", $"--regid={_own.GroupId}", "--init-groups", "--no-new-privs", .. rights, "--", "env", "HOME=/nonexistent"]);
}
