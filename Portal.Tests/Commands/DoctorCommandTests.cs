using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Portal.Tests.Doubles;
using Xunit;

namespace Portal.Tests.Commands;

/// <summary>The doctor finds what is wrong, says how to mend it, and touches nothing.</summary>
public sealed class DoctorCommandTests : IAsyncLifetime
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly PortalUnderTest _portal = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Data => _portal.Ground.PathOf("data");

    /// <summary>An interpreter that says it has Streamlit, and a database.</summary>
    public async ValueTask InitializeAsync()
    {
        var python = _portal.Ground.PathOf("python");
        await File.WriteAllTextAsync(python, "#!/bin/sh\necho 1.62.0\n", Cancelled);
        File.SetUnixFileMode(python, OwnerOnly);
        _portal.Apps = [new StubApp { Python = python }, new StubApp("admins") { Python = python }];
        Directory.CreateDirectory(Data, OwnerOnly);
        Directory.CreateDirectory(Path.Combine(Data, "keys"), OwnerOnly);
        var port = _portal.Ground.Ports.Registered.ToString(CultureInfo.InvariantCulture);
        (await CommandUnderTest.RunAsync(_portal, "registry", "add", "127.0.0.103", "--port", port)).Done();
    }

    public async ValueTask DisposeAsync()
    {
        await _portal.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_portal_that_runs_is_found_sound()
    {
        await _portal.InitializeAsync();

        var (findings, code) = await ExamineAsync();

        Assert.True(code is 0, string.Join('\n', findings.Where(one => one.Level is "problem")));
        Assert.Equal($"runs as process {Environment.ProcessId}", findings[0].Text);
    }

    [Fact]
    public async Task No_question_to_an_interpreter_carries_a_secret_of_the_portal()
    {
        const string Secret = "Password=of-the-doctor";
        Environment.SetEnvironmentVariable("ConnectionStrings__OfTheDoctor", Secret);
        _portal.Settings["Portal:Launch:Mode"] = "Auto";
        var seen = _portal.Ground.PathOf("seen");
        await File.WriteAllTextAsync(
            _portal.Ground.PathOf("python"), $"#!/bin/sh\n{{ echo asked; env; }} >>'{seen}'\necho 1.62.0\n", Cancelled);

        await ExamineAsync();

        var asked = await File.ReadAllTextAsync(seen, Cancelled);
        Assert.Equal(4, asked.Split("asked\n").Length - 1); // two apps: which version, and can it be forked
        Assert.DoesNotContain(Secret, asked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_portal_that_does_not_run_is_found_sound_and_left_as_it_is()
    {
        var before = await ContentsAsync();
        var (findings, code) = await ExamineAsync();

        Assert.Equal(0, code);
        Assert.Equal(before, await ContentsAsync());
        Assert.Superset(
            new HashSet<string>(StringComparer.Ordinal)
            {
                "portal", "configuration", "data directory", "permissions", "disk space", "inodes", "database", "migrations", "clock",
                "registry", "ports", "memory", "open files", "port range", "address", "proxies", "Streamlit", "spawner",
            },
            findings.Select(one => one.Check).ToHashSet(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Each_planted_problem_is_found_with_its_mend()
    {
        File.SetUnixFileMode(Path.Combine(Data, "keys"), OwnerOnly | UnixFileMode.OtherExecute);
        Execute("UPDATE RegisteredIps SET Enabled = 0 WHERE Role = 'Admin'");
        Execute($"UPDATE AuditEntries SET At = {new DateTimeOffset(2090, 1, 1, 0, 0, 0, TimeSpan.Zero).UtcTicks}");
        using var stranger = new TcpListener(IPAddress.Loopback, _portal.Ground.Ports.Registered);
        stranger.Start();
        using var address = new TcpListener(IPAddress.Loopback, 0);
        address.Start();
        _portal.Urls = $"http://{address.LocalEndpoint}";
        _portal.Settings["Portal:Access:TrustedProxies:0"] = "0.0.0.0/0";
        _portal.Settings["Portal:Launch:PortRange"] = string.Create(CultureInfo.InvariantCulture, $"{_portal.Ground.Ports.Registered}");
        _portal.Apps = [new StubApp { Python = "/bin/false" }, new StubApp("admins") { Script = "/nowhere/main.py" }];
        _portal.Settings["Portal:Launch:MemoryReserve"] = long.MaxValue.ToString(CultureInfo.InvariantCulture);

        var (findings, code) = await ExamineAsync();

        Assert.Equal(1, code);
        var problems = findings.Where(one => one.Level is "problem").ToList();
        Assert.All(problems, one => Assert.NotEmpty(one.Mend));
        Assert.Equal(
            ["Streamlit", "address", "clock", "memory", "permissions", "port range", "ports", "proxies", "registry"],
            problems.Select(one => one.Check).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.Equal(2, problems.Count(one => one.Check is "Streamlit"));
        Assert.Contains(
            Environment.ProcessId.ToString(CultureInfo.InvariantCulture), problems.Single(one => one.Check is "ports").Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_configuration_and_a_damaged_database_hide_nothing_else()
    {
        await using (var file = new FileStream(Path.Combine(Data, "portal.db"), FileMode.Open, FileAccess.Write))
        {
            file.Position = 4096;
            await file.WriteAsync(new byte[8192], Cancelled);
        }

        _portal.Settings["Portal:Launch:PortRange"] = "80-90";

        var (findings, code) = await ExamineAsync();

        Assert.Equal(1, code);
        Assert.Equal(
            ["configuration", "database"], findings.Where(one => one.Level is "problem").Select(one => one.Check), StringComparer.Ordinal);
        Assert.Contains("Portal:Launch:PortRange", findings.Single(one => one.Check is "configuration").Text, StringComparison.Ordinal);
        Assert.Contains("damaged", findings.Single(one => one.Check is "database").Text, StringComparison.Ordinal);
        Assert.Contains(findings, one => one.Check is "proxies");
    }

    [Fact]
    public async Task Mistakes_of_the_configuration_are_those_that_keep_the_portal_from_starting()
    {
        foreach (var (key, value) in new[]
        {
            ("Portal:Launch:StopTimout", "5s"), ("Portal:Launch:GracePeriod", "soon"), ("Portal:Audit:Retention", "1s"),
            ("Logging:LogLevel:Default", "Informaton"), ("ConnectionStrings:Portal", "nonsense"), ("Kestrel:Certificates:Default:Path", "/none.pem"),
        })
        {
            _portal.Settings[key] = value;
        }

        _portal.Urls = "localhost8000";
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => _portal.InitializeAsync().AsTask());

        var (findings, code) = await ExamineAsync();
        var command = await CommandUnderTest.RunAsync(_portal, "registry", "list");

        Assert.Equal(1, code);
        var mistakes = findings.Where(one => one.Check is "configuration").ToList();
        Assert.Equal(failure.Failures, mistakes.Select(one => one.Text), StringComparer.Ordinal);
        Assert.Equal(7, mistakes.Count);
        Assert.DoesNotContain(findings, one => one.Check is "database" or "address");
        Assert.Equal(1, command.ExitCode);
        Assert.Contains("did you mean Portal:Launch:StopTimeout?", command.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_limit_that_leaves_no_room_for_marks_and_a_missing_program_are_told()
    {
        var few = _portal.Ground.PathOf("few");
        Directory.CreateDirectory(few);
        foreach (var name in new[] { "env", "dotnet", "head", "mv", "nice", "prlimit", "rm", "setsid", "stat", "timeout" })
        {
            var program = Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(folder => Path.Combine(folder, name)).First(File.Exists);
            File.CreateSymbolicLink(Path.Combine(few, name), program);
        }

        var outcome = await CommandUnderTest.RunUnderAsync(_portal, ["prlimit", "--locks=4096:4096", "env", "PATH=" + few], "doctor", "--json");

        var findings = JsonSerializer.Deserialize<List<Found>>(outcome.Output, JsonSerializerOptions.Web)!;
        Assert.Equal(("problem", "not in PATH: flock, stdbuf"), findings.Where(one => one.Check is "programs").Select(one => (one.Level, one.Text)).Single());
        Assert.Equal("warning", findings.Single(one => one.Check is "instances' processes").Level);
    }

    [Fact]
    public async Task What_the_apps_user_can_reach_is_tried_as_that_user()
    {
        _portal.Settings["Portal:Launch:RunAs"] = AppsUser.Nobody.Name;
        File.SetUnixFileMode(_portal.Ground.Script, OwnerOnly);
        AppsUser.RequireRights();

        var (closed, _) = await ExamineAsync();
        AppsUser.Invite(_portal.Ground);
        var (open, _) = await ExamineAsync();

        Assert.Contains(OfUser(closed), one => one.Level is "problem" && one.Text.EndsWith($"who cannot read {_portal.Ground.Script}", StringComparison.Ordinal));
        Assert.Contains(OfUser(closed), one => one.Level is "ok" && one.Text.EndsWith($"nobody does not get into {Data}", StringComparison.Ordinal));
        Assert.Contains(OfUser(open), one => one.Level is "ok" && one.Text.EndsWith($"who can read {_portal.Ground.Folder}", StringComparison.Ordinal));
        Assert.Contains(OfUser(open), one => one.Level is "problem" && one.Text.EndsWith($"nobody gets into {Data}", StringComparison.Ordinal));
        Assert.Contains("could not be tried", closed.Single(one => one.Check is "instances").Text, StringComparison.Ordinal);
        Assert.Contains("every user of this machine", open.Single(one => one.Check is "instances").Text, StringComparison.Ordinal);

        static IEnumerable<Found> OfUser(IReadOnlyList<Found> findings) => findings.Where(one => one.Check is "apps' user");
    }

    private async Task<(IReadOnlyList<Found> Findings, int Code)> ExamineAsync()
    {
        var outcome = await CommandUnderTest.RunAsync(_portal, "doctor", "--json");
        var findings = JsonSerializer.Deserialize<List<Found>>(outcome.Output, JsonSerializerOptions.Web);
        Assert.NotNull(findings);
        return (findings, outcome.ExitCode);
    }

    private async Task<string> ContentsAsync()
    {
        var files = Directory.EnumerateFiles(Data, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        var lines = new List<string>();
        foreach (var file in files)
            lines.Add($"{file} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(file, Cancelled)))}");
        return string.Join('\n', lines);
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(Data, "portal.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private sealed record Found(string Check, string Level, string Text, string Mend);
}
