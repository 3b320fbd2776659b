using System.Globalization;
using Portal.Tests.Doubles;
using Portal.Web.Launch.Processes;
using Xunit;

namespace Portal.Tests.Launch.Processes;

public sealed class AppMarkTests
{
    [Fact]
    public async Task It_stays_through_a_clean_environment_another_session_and_a_try_to_remove_it()
    {
        AppsUser.RequireRights();
        const string Leave = "prlimit --locks=unlimited true; env -i setsid sh -c 'exec sh -c \"echo $$; exec sleep 60\"'";
        using var process = new RunningCommand(["prlimit", .. AppMark.Command.Skip(1), .. AppsUser.Nobody.Command, "sh", "-c", Leave]);
        var marked = int.Parse(await process.LineAsync() ?? "", CultureInfo.InvariantCulture);

        Assert.Equal($"{1UL << 62}", ProcessLimitsTests.LimitOf(marked, "Max file locks").Split(' ')[1]);
        Posix.Signal(marked, Posix.SigKill);
        Assert.Contains("Operation not permitted", await process.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_runs_already_can_be_marked_and_the_portal_is_not()
    {
        using var process = new RunningCommand(["sleep", "60"]);
        Assert.False(AppMark.IsOn(process.Id));

        AppMark.Put(process.Id);

        Assert.True(AppMark.IsOn(process.Id));
        Assert.False(AppMark.IsOn(Environment.ProcessId));
    }

    [Fact]
    public void Of_a_process_that_is_gone_nothing_is_known() => Assert.Null(AppMark.IsOn(int.MaxValue));
}
