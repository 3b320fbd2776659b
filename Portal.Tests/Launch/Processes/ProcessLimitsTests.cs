using Portal.Tests.Doubles;
using Portal.Web.Launch;
using Portal.Web.Launch.Processes;
using Xunit;

namespace Portal.Tests.Launch.Processes;

public sealed class ProcessLimitsTests
{
    [Fact]
    public async Task An_instance_may_open_as_many_files_and_have_as_many_processes_as_configured()
    {
        await using var test = await SupervisorUnderTest.StartAsync(("MaxOpenFiles", "200"), ("MaxProcesses", "5000"));
        var app = new StubApp();
        await test.ReadyAsync(app);

        Assert.Equal("200 200", LimitOf(test.ProcessOf(app), "Max open files"));
        Assert.Equal("5000 5000", LimitOf(test.ProcessOf(app), "Max processes"));
    }

    [Fact]
    public void No_limit_is_above_the_portals_own()
    {
        var limits = ProcessLimits.Of(new LaunchOptions { MaxOpenFiles = int.MaxValue, MaxProcesses = 0 });

        var own = LimitOf(Environment.ProcessId, "Max open files").Split(' ')[1];
        Assert.Equal(own is "unlimited" ? $"{int.MaxValue}" : own, $"{Assert.Single(limits).Value}");
    }

    /// <summary>"soft hard".</summary>
    internal static string LimitOf(int processId, string title) => string.Join(' ', File.ReadLines($"/proc/{processId}/limits")
        .Single(line => line.StartsWith(title, StringComparison.Ordinal))[26..]
        .Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(2));
}
