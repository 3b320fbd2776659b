using System.Globalization;
using Portal.Tests.Doubles;
using Portal.Web.Launch;
using Portal.Web.Launch.Processes;
using Xunit;

namespace Portal.Tests.Launch.Processes;

/// <summary>An instance is held to its limits by a control group of its own.</summary>
public sealed class ControlGroupsTests : IDisposable
{
    private const ulong Mark = 0x3FFF_0000_0000_0001;
    private const string Name = "instance-3fff000000000001";

    private readonly string _root = Directory.CreateTempSubdirectory("portal-test-").FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void The_kernel_is_told_the_limits_before_the_process_is_there()
    {
        var group = Imitate(_root);

        Assert.Null(new ControlGroups(_root).Limit(Mark, 4711, new GroupLimits(512 * 1024 * 1024, 50)));

        Assert.Equal("536870912", File.ReadAllText(Path.Combine(group, Name, "memory.max")));
        Assert.Equal("1", File.ReadAllText(Path.Combine(group, Name, "memory.oom.group")));
        Assert.Equal("50", File.ReadAllText(Path.Combine(group, Name, "cpu.weight")));
        Assert.Equal("4711", File.ReadAllText(Path.Combine(group, Name, "cgroup.procs")));
        Assert.Equal("1001", File.ReadAllText(Path.Combine(group, "portal", "cgroup.procs"))); // the portal, and what it has started
    }

    [Theory]
    [InlineData("no groups", "no control groups of version 2")]
    [InlineData("no controller", "has no memory controller")]
    [InlineData("gone", "Could not find")]
    public void Where_the_limits_cannot_hold_the_reason_is_told(string fault, string why)
    {
        var group = Imitate(_root);
        if (fault is "no groups")
            File.WriteAllText(Path.Combine(_root, "proc/self/cgroup"), "4:memory:/system.slice\n");
        else if (fault is "no controller")
            File.WriteAllText(Path.Combine(group, "cgroup.controllers"), "cpu\n");
        else
            Directory.Delete(group, recursive: true);

        var problem = new ControlGroups(_root).Limit(Mark, 4711, new GroupLimits(512 * 1024 * 1024, null));

        Assert.Contains(why, problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_kernel_ended_for_its_memory_says_so_on_its_page()
    {
        await using var test = await SupervisorUnderTest.StartAsync();
        var group = Imitate(test.Host);
        var app = new StubApp { Limits = new GroupLimits(512 * 1024 * 1024, null) };
        await test.ReadyAsync(app);
        var own = Assert.Single(Directory.GetDirectories(group, "instance-*"));
        Assert.Equal(test.ProcessOf(app).ToString(CultureInfo.InvariantCulture), await File.ReadAllTextAsync(Path.Combine(own, "cgroup.procs"), Cancelled));

        await File.WriteAllTextAsync(Path.Combine(own, "memory.events"), "oom 1\noom_kill 2\n", Cancelled);
        Posix.Signal(test.ProcessOf(app), Posix.SigKill);

        await Eventually.TrueAsync(() => test.Supervisor.Find(SupervisorUnderTest.KeyOf(app)) is { Failure: not null });
        var failure = test.Supervisor.Find(SupervisorUnderTest.KeyOf(app))!.Failure!;
        Assert.Equal(LaunchFailureReason.TooMuchMemory, failure.Reason);
        Assert.Contains("512MB", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_systems_own_group_holds_the_process_and_its_children_and_goes_with_them()
    {
        var mount = File.ReadLines("/proc/mounts").Select(line => line.Split(' ')).FirstOrDefault(words => words[2] is "cgroup2")?[1];
        Assert.SkipWhen(mount is null || Posix.UserId is not 0, "There are no control groups that the test may make.");
        var path = "portal-test-" + Guid.NewGuid().ToString("N");
        var group = Path.Combine(mount, path);
        Directory.CreateDirectory(Path.Combine(_root, "sys/fs"));
        Directory.CreateDirectory(Path.Combine(_root, "proc/self"));
        File.CreateSymbolicLink(Path.Combine(_root, "sys/fs/cgroup"), mount);
        await File.WriteAllTextAsync(Path.Combine(_root, "proc/self/cgroup"), $"0::/{path}\n", Cancelled);
        Directory.CreateDirectory(group);
        try
        {
            using var stands = new RunningCommand(["sleep", "600"]); // it is the portal's: it has to leave the group
            await File.WriteAllTextAsync(Path.Combine(group, "cgroup.procs"), $"{stands.Id}", Cancelled);
            using var command = new RunningCommand(["sh", "-c", "read line; sleep 600 & wait"]);
            var groups = new ControlGroups(_root);

            Assert.Null(groups.Limit(Mark, command.Id, new GroupLimits(null, null)));

            Assert.Equal($"{path}/{Name}", ControlGroups.PathOf(command.Id));
            Assert.Equal($"{path}/portal", ControlGroups.PathOf(stands.Id));
            Assert.False(groups.HasEndedOf(Mark));
            command.Kill();
            stands.Kill();
            await Eventually.TrueAsync(() =>
            {
                groups.Remove(Mark);
                return !Directory.Exists(Path.Combine(group, Name));
            });
        }
        finally
        {
            await Eventually.TrueAsync(() => TryRemove(Path.Combine(group, "portal")) && TryRemove(group));
        }
    }

    private static bool TryRemove(string folder) =>
        !Directory.Exists(folder) || Record.Exception(() => Directory.Delete(folder)) is null;

    /// <summary>A group as systemd hands it over, made of plain files.</summary>
    private static string Imitate(string root)
    {
        const string Path = "system.slice/portal.service";
        var group = System.IO.Path.Combine(root, "sys/fs/cgroup", Path);
        Directory.CreateDirectory(group);
        Directory.CreateDirectory(System.IO.Path.Combine(root, "proc/self"));
        File.WriteAllText(System.IO.Path.Combine(root, "proc/self/cgroup"), $"0::/{Path}\n");
        File.WriteAllText(System.IO.Path.Combine(group, "cgroup.controllers"), "cpuset cpu io memory pids\n");
        File.WriteAllText(System.IO.Path.Combine(group, "cgroup.subtree_control"), "");
        File.WriteAllText(System.IO.Path.Combine(group, "cgroup.procs"), "1001\n");
        return group;
    }
}
