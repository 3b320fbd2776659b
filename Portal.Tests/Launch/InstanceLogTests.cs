using System.Net;
using Portal.Web.Launch;
using Xunit;

namespace Portal.Tests.Launch;

public sealed class InstanceLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("portal-log-").FullName;

    private string LogPath => Path.Combine(_folder, "app.log");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("10.1.2.3", "app_10.1.2.3.log")]
    [InlineData("2001:db8::1", "app_2001-db8--1.log")]
    public void Each_instance_has_a_file_of_its_own(string client, string name) =>
        Assert.Equal(Path.Combine(_folder, name), InstanceLog.Of(new InstanceKey(IPAddress.Parse(client), "app"), _folder, 4096).Path);

    [Fact]
    public void The_tail_is_the_last_lines_without_what_a_terminal_would_obey()
    {
        File.WriteAllText(LogPath, "one\r\n\r\n\u001b[31mtwo\u001b[0m\ttabbed\u0007\n한국어\nlast");

        Assert.Equal(["[31mtwo[0m\ttabbed", "한국어", "last"], new InstanceLog(LogPath, 4096).Tail(3), StringComparer.Ordinal);
    }

    [Fact]
    public void The_tail_of_a_large_log_of_long_lines_is_short()
    {
        File.WriteAllText(LogPath, string.Join('\n', Enumerable.Repeat(new string('x', 50_000), 20)));

        var tail = new InstanceLog(LogPath, 4096).Tail(20);

        Assert.InRange(tail.Count, 1, 20);
        Assert.All(tail, line => Assert.Equal(2000, line.Length));
    }

    [Fact]
    public void There_is_no_tail_where_there_is_no_log() =>
        Assert.Empty(new InstanceLog(Path.Combine(_folder, "missing", "app.log"), 4096).Tail(5));

    [Fact]
    public void A_writer_goes_on_in_the_emptied_file()
    {
        var log = new InstanceLog(LogPath, 4096);
        log.Begin();
        log.End(); // one of an earlier version has no pipe
        using var writer = new FileStream(LogPath, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        writer.Write(Enumerable.Range(0, 500).SelectMany(i => "0123456789\n"u8.ToArray()).ToArray());

        log.KeepWithinLimit();

        Assert.Equal(0, new FileInfo(LogPath).Length);
        Assert.InRange(new FileInfo(log.OlderPath).Length, 1024, 2048);
        Assert.EndsWith("789\n", File.ReadAllText(log.OlderPath), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(log.OlderPath));
    }

    [Fact]
    public void A_log_within_its_limit_is_left_alone()
    {
        File.WriteAllText(LogPath, "few");

        new InstanceLog(LogPath, 4096).KeepWithinLimit();

        Assert.Equal("few", File.ReadAllText(LogPath));
    }

    [Fact]
    public void A_disk_that_is_full_costs_the_copy_and_not_the_portal()
    {
        File.WriteAllText(LogPath, new string('x', 5000));
        File.CreateSymbolicLink(LogPath + ".1", "/dev/full");

        new InstanceLog(LogPath, 4096).KeepWithinLimit();

        Assert.Equal(0, new FileInfo(LogPath).Length);
        Assert.True(File.Exists("/dev/full"));
    }
}
