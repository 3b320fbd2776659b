using System.Diagnostics;
using System.Globalization;
using Portal.Tests.Doubles;
using Portal.Web.Launch.Processes;
using Xunit;

namespace Portal.Tests.Launch.Processes;

public sealed class AppMarkTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_stays_through_a_clean_environment_another_session_and_a_try_to_remove_it()
    {
        AppsUser.RequireRights();
        const string Leave = "prlimit --locks=unlimited true; env -i setsid sh -c 'exec sh -c \"echo $$; read line\"'";
        using var process = Process.Start(new ProcessStartInfo("prlimit", [.. AppMark.Command.Skip(1), .. AppsUser.Nobody.Command, "sh", "-c", Leave])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new UnreachableException("A new process is always one.");
        var marked = int.Parse(await process.StandardOutput.ReadLineAsync(Cancelled) ?? "", CultureInfo.InvariantCulture);

        Assert.Equal($"{1UL << 62}", ProcessLimitsTests.LimitOf(marked, "Max file locks").Split(' ')[1]);
        process.StandardInput.Close();
        Assert.Contains("Operation not permitted", await process.StandardError.ReadToEndAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_runs_already_can_be_marked_and_the_portal_is_not()
    {
        using var process = Process.Start(new ProcessStartInfo("cat") { UseShellExecute = false, RedirectStandardInput = true })
            ?? throw new UnreachableException("A new process is always one.");
        Assert.False(AppMark.IsOn(process.Id));

        AppMark.Put(process.Id);

        Assert.True(AppMark.IsOn(process.Id));
        Assert.False(AppMark.IsOn(Environment.ProcessId));
        process.StandardInput.Close();
        await process.WaitForExitAsync(Cancelled);
    }

    [Fact]
    public void Of_a_process_that_is_gone_nothing_is_known() => Assert.Null(AppMark.IsOn(int.MaxValue));
}
