using Portal.Web.Launch.Vitals;
using Xunit;

namespace Portal.Tests.Launch.Vitals;

public sealed class HostMemoryTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("portal-test-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void This_machine_has_some() => Assert.InRange(new HostMemory().Available(), 1, 1L << 50);

    [Fact]
    public void A_machine_that_does_not_tell_has_no_end_of_it() =>
        Assert.InRange(new HostMemory(_root).Available(), 1L << 50, long.MaxValue);

    [Theory]
    [InlineData("system.slice/portal.service", "max", 3000)] // nothing but the machine's own limit
    [InlineData("system.slice/portal.service", "2500", 2500 - 1000 + 300 + 100)] // cached files are given up first
    [InlineData("system.slice", "2500", 2500 - 1000 + 300 + 100)] // that of a group above counts too
    [InlineData("system.slice/portal.service", "9000000", 3000)]
    public void The_least_of_the_machine_and_its_control_groups_counts(string group, string most, long expected)
    {
        Write("proc/meminfo", "MemTotal:       8 kB\nMemFree:        1 kB\nMemAvailable:   3 kB\n");
        Write("proc/self/cgroup", "0::/system.slice/portal.service\n");
        Write($"sys/fs/cgroup/{group}/memory.max", most + "\n");
        Write($"sys/fs/cgroup/{group}/memory.current", "1000\n");
        Write($"sys/fs/cgroup/{group}/memory.stat", "anon 600\nfile 400\ninactive_file 300\nactive_file 100\n");

        Assert.Equal(expected is 3000 ? 3 * 1024 : expected, new HostMemory(_root).Available());
    }

    private void Write(string file, string text)
    {
        var path = Path.Combine(_root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
