using Portal.Tests.Doubles;
using Xunit;

namespace Portal.Tests.Faults;

/// <summary>What mount(8) can do to a folder of a test's own; the test is skipped where the machine does not let it.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly string _folder;

    private SmallDisk(string folder) => _folder = folder;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Filler => Path.Combine(_folder, "filler");

    /// <summary>A disk of so many kilobytes in the folder's place.</summary>
    public static Task<SmallDisk> OfAsync(string folder, int kilobytes) =>
        MountAsync(folder, ["-t", "tmpfs", "-o", $"size={kilobytes}k,mode=0700", "tmpfs", folder]);

    /// <summary>The folder as it is, but nothing in it can be opened for writing by whoever opens it from now on.</summary>
    public static async Task<SmallDisk> ReadOnlyAsync(string folder)
    {
        var disk = await MountAsync(folder, ["--bind", folder, folder]);
        Assert.True(await RunAsync("mount", "-o", "remount,bind,ro", folder));
        return disk;
    }

    /// <summary>Takes the last byte.</summary>
    public void Fill()
    {
        using var file = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
                file.Write(new byte[1024]);
        }
        catch (IOException)
        {
            // full
        }
    }

    /// <summary>Gives back what it took.</summary>
    public void MakeRoom() => File.Delete(Filler);

    public async ValueTask DisposeAsync() => Assert.True(await RunAsync("umount", "--lazy", _folder));

    private static async Task<SmallDisk> MountAsync(string folder, string[] arguments)
    {
        Directory.CreateDirectory(folder);
        if (!await RunAsync("mount", arguments))
            Assert.Skip("To mount a disk of the test's own takes root's rights, or a system that lets it.");
        return new SmallDisk(folder);
    }

    private static async Task<bool> RunAsync(string command, params string[] arguments) =>
        (await Tool.RunAsync(command, arguments)).ExitCode is 0;
}
