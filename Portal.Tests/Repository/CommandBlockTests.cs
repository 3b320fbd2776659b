using CliWrap.Buffered;
using Portal.Tests.Doubles;
using Xunit;

namespace Portal.Tests.Repository;

/// <summary>
/// What the documentation says to type works. A block is marked by a comment before it: <c>run: NAME</c> where a test below runs
/// it, with folders of its own in place of the system's, else <c>not run: REASON</c>.
/// </summary>
public sealed class CommandBlockTests : IDisposable
{
    private const string Client = "10.1.2.3";

    private static readonly Dictionary<string, Func<CommandBlockTests, string, Task>> Runs = new(StringComparer.Ordinal)
    {
        ["renewal"] = (test, text) => test.RenewAsync(text),
        ["portal"] = (test, text) => test.ManageAsync(text),
        ["log of a client"] = (test, text) => test.SearchLogAsync(text),
        ["log of a request"] = (test, text) => test.SearchLogAsync(text),
        ["restore"] = (test, text) => test.RestoreAsync(text),
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("portal-test-").FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string> Names => [.. Runs.Keys];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_command_block_is_run_or_says_why_not()
    {
        var blocks = CommandBlock.All();

        Assert.Empty(blocks.Where(block => block.Language.Length is 0).Select(block => $"{block.Place} names no language"));
        Assert.Empty(blocks.Where(block => block.IsCommand && block.Run is null && !block.Mark.StartsWith("not run: ", StringComparison.Ordinal))
            .Select(block => $"{block.Place} has no <!-- run: NAME --> or <!-- not run: REASON --> before it"));
        Assert.Equal(Runs.Keys.Order(StringComparer.Ordinal), blocks.Select(block => block.Run).OfType<string>().Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public Task It_does_what_it_is_for(string name) =>
        Runs[name](this, CommandBlock.All().Single(block => string.Equals(block.Run, name, StringComparison.Ordinal)).Text);

    private async Task RenewAsync(string text)
    {
        var (lineage, served) = (MakeFolder("live"), MakeFolder("tls"));
        var script = await ScriptAsync(text, ("-o portal -g portal ", ""), ("/etc/portal/tls", served));
        foreach (var renewal in new[] { "first", "second" })
        {
            await File.WriteAllTextAsync(Path.Combine(lineage, "privkey.pem"), $"key {renewal}", Cancelled);
            await File.WriteAllTextAsync(Path.Combine(lineage, "fullchain.pem"), $"chain {renewal}", Cancelled);

            Done(await Tool.RunAsync("env", $"RENEWED_LINEAGE={lineage}", script));

            Assert.Equal($"key {renewal}", await File.ReadAllTextAsync(Path.Combine(served, "privkey.pem"), Cancelled));
            Assert.Equal($"chain {renewal}", await File.ReadAllTextAsync(Path.Combine(served, "fullchain.pem"), Cancelled));
            Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(Path.Combine(served, "privkey.pem")));
        }
    }

    private async Task ManageAsync(string text)
    {
        var portal = await ScriptAsync(text,
            ("sudo -u portal env", "env"), ("/var/lib/portal", MakeFolder("data")), ("/opt/portal/Portal.Web.dll", Program),
            ("/opt/streamlit/bin/python", "python3"));

        Assert.Contains("doctor", Done(await Tool.RunAsync(portal)), StringComparison.Ordinal);
        Done(await Tool.RunAsync(portal, "registry", "add", Client, "--role", "admin"));
        Assert.Contains(Client, Done(await Tool.RunAsync(portal, "registry", "list")), StringComparison.Ordinal);
    }

    private async Task SearchLogAsync(string text)
    {
        var log = Path.Combine(_folder, "log");
        await File.WriteAllLinesAsync(log,
        [
            """{"Timestamp":"2026-01-31T03:00:00.000Z","EventId":2001,"Message":"wanted","State":{"Client":"10.1.2.3"},"Scopes":[{"TraceId":"4bf92f3577b34da6a3ce929d0e0e4736"}]}""",
            """{"Timestamp":"2026-01-31T03:00:00.000Z","EventId":2001,"Message":"other","State":{"Client":"10.1.2.4"},"Scopes":[{"TraceId":"00000000000000000000000000000001"}]}""",
            """{"Timestamp":"2026-01-31T03:00:00.000Z","EventId":14,"Message":"none","State":{"{OriginalFormat}":"none"},"Scopes":[]}""",
        ], Cancelled);

        var found = Done(await Tool.RunAsync(await ScriptAsync("#!/bin/sh\n" + text, ("journalctl -u portal -o cat", $"cat {log}"))));

        Assert.Contains("wanted", found, StringComparison.Ordinal);
        Assert.Single(found.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private async Task RestoreAsync(string text)
    {
        var (data, backups) = (MakeFolder("data"), MakeFolder("backups"));
        Done(await PortalAsync("registry", "add", Client));
        Done(await PortalAsync("backup", Path.Combine(backups, "portal-20260131T030000Z.db")));
        Done(await PortalAsync("registry", "remove", Client));

        Done(await Tool.RunAsync(await ScriptAsync("#!/bin/sh\nset -e\n" + text,
            ("systemctl stop portal", ":"), ("systemctl start portal", ":"), ("/var/lib/portal", data), ("/var/backups/portal", backups), ("-o portal ", ""))));

        Assert.Contains(Client, Done(await PortalAsync("registry", "list")), StringComparison.Ordinal);

        Task<BufferedCommandResult> PortalAsync(params string[] words) => Tool.RunAsync("dotnet", [Program, .. words, $"--Portal:DataDirectory={data}"]);
    }

    private static string Program => Path.Combine(AppContext.BaseDirectory, "Portal.Web.dll");

    private static string Done(BufferedCommandResult result)
    {
        Assert.True(result.IsSuccess, result.StandardError);
        return result.StandardOutput;
    }

    private string MakeFolder(string name) => Directory.CreateDirectory(
        Path.Combine(_folder, name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;

    /// <summary>A program of the block's text, with what is the system's replaced.</summary>
    private async Task<string> ScriptAsync(string text, params (string Systems, string Own)[] replaced)
    {
        foreach (var (systems, own) in replaced)
        {
            Assert.Contains(systems, text, StringComparison.Ordinal);
            text = text.Replace(systems, own, StringComparison.Ordinal);
        }

        var script = Path.Combine(_folder, Path.GetRandomFileName());
        await File.WriteAllTextAsync(script, text, Cancelled);
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return script;
    }
}
