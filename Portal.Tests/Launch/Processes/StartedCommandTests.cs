using System.ComponentModel;
using Portal.Tests.Doubles;
using Portal.Web.Launch.Processes;
using Xunit;

namespace Portal.Tests.Launch.Processes;

/// <summary>What CliWrap starts for the portal: what it is given, and what the portal is told of its end.</summary>
public sealed class StartedCommandTests
{
    private const string Secret = "Password=of-this-test";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly IReadOnlyDictionary<string, string> Path =
        new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = "/usr/bin:/bin" };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("exit 7", 7)]
    [InlineData("exit 0", 0)]
    [InlineData("kill -TERM $$", 128 + 15)]
    [InlineData("kill -KILL $$", 128 + 9)]
    [InlineData("kill -SEGV $$", 128 + 11)]
    public async Task The_exit_code_comes_back_also_after_a_signal(string script, int expected)
    {
        using var process = DirectProcess.Start(ClosedCommand.Of(["/bin/sh", "-c", script], Path));

        Assert.Equal(expected, await process.Exited.WaitAsync(Eventually.Limit, Cancelled));
        Assert.False(process.IsAlive);
    }

    [Fact]
    public void A_command_that_is_not_there_is_a_failure_of_the_start()
    {
        Assert.Throws<Win32Exception>(() => DirectProcess.Start(ClosedCommand.Of(["/nonexistent/program"], Path)));
        Assert.Throws<Win32Exception>(() =>
            DirectProcess.Start(ClosedCommand.Of(["/bin/true"], Path).WithWorkingDirectory("/nonexistent")));
    }

    [Fact]
    public async Task A_question_to_a_command_that_is_not_there_is_answered_with_why()
    {
        var answer = await ClosedCommand.Of(["/nonexistent/program"], Path).AskAsync(Limit, TimeProvider.System, Cancelled);

        Assert.Null(answer.ExitCode);
        Assert.Contains("cannot be started", answer.Complaint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_question_that_is_not_answered_in_time_is_killed_with_all_that_it_started()
    {
        await using var ground = new TestGround();
        var environment = new Dictionary<string, string>(Path, StringComparer.Ordinal) { [TestGround.MarkName] = ground.Mark };

        var answer = await ClosedCommand.Of(["/bin/sh", "-c", "sleep 600 & sleep 600"], environment)
            .AskAsync(TimeSpan.FromSeconds(0.5), TimeProvider.System, Cancelled);

        Assert.Null(answer.ExitCode);
        Assert.Equal("no answer within 0.5 s", answer.Complaint);
        await Eventually.TrueAsync(() => ground.Processes().Count is 0);
    }

    [Fact]
    public async Task A_command_has_the_environment_that_it_is_given_and_nothing_else()
    {
        Environment.SetEnvironmentVariable("ConnectionStrings__OfStartedCommands", Secret);
        var environment = new Dictionary<string, string>(Path, StringComparer.Ordinal) { ["GREETING"] = "$(id) '안녕' \n" };

        var answer = await ClosedCommand.Of(["/usr/bin/env", "-0"], environment).AskAsync(Limit, TimeProvider.System, Cancelled);

        Assert.Equal(
            ["GREETING=$(id) '안녕' \n", "PATH=/usr/bin:/bin"],
            answer.Output.Split('\0', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Arguments_arrive_as_they_are()
    {
        string[] words = ["", " ", "a b", "\"", "\\", "\\\"", "a\\", "a b\\", "$(id)", "*", "'", "한 글", "line\nbreak", "\ttab", "--"];

        var answer = await ClosedCommand.Of(["/usr/bin/printf", "%s\\0", .. words], Path).AskAsync(Limit, TimeProvider.System, Cancelled);

        Assert.Equal(words, answer.Output.Split('\0')[..^1], StringComparer.Ordinal);
    }

    [Fact]
    public async Task It_inherits_no_file_that_the_starter_of_the_portal_left_open()
    {
        await using var ground = new TestGround();
        var kept = ground.PathOf("left-open");
        await File.WriteAllTextAsync(kept, "", Cancelled);
        await using var portal = await PortalUnderTest.StartAsync(_ => { });
        await portal.StopAsync();
        using var process = await portal.StartProcessAsync(
            "/bin/sh", "-c", "exec \"$@\" 7<\"$0\" 9>>\"$0\"", kept);
        var instance = await portal.ClientFrom(PortalUnderTest.User).ProcessIdAsync();

        Assert.Contains(kept, FilesOf(process.Id), StringComparer.Ordinal);
        Assert.DoesNotContain(kept, FilesOf(instance), StringComparer.Ordinal);
        Assert.Equal(0, await process.StopAsync());
    }

    private static IEnumerable<string> FilesOf(int processId) =>
        Directory.GetFiles($"/proc/{processId}/fd").Select(file => new FileInfo(file).LinkTarget ?? "");
}
