using System.Globalization;
using System.Runtime.InteropServices;

namespace Portal.Data.Sqlite;

/// <summary>Represents one file of the machine, whatever name it is reached by.</summary>
/// <param name="Born">Inode numbers are used again: nanoseconds of its creation, 0 where the file system keeps none.</param>
internal readonly partial record struct FileIdentity(ulong Device, ulong Inode, Int128 Born)
{
    /// <summary>Returns null where there is no such file. Links are followed.</summary>
    public static FileIdentity? Of(string path) => Look(path)?.Identity;

    /// <summary>Returns what is known of the file from the descriptors of this process; null where it has none open.</summary>
    public OpenFile? FindOpen()
    {
        foreach (var descriptor in Directory.EnumerateFiles("/proc/self/fd"))
        {
            if (Look(descriptor) is { } found && found.Identity == this)
                return new(int.Parse(Path.GetFileName(descriptor), CultureInfo.InvariantCulture), HasName: found.Links > 0);
        }

        return null;
    }

    private static (FileIdentity Identity, int Links)? Look(string path)
    {
        const int InCurrentFolder = -100;
        const uint LinksInodeAndBirth = 0x904;
        var answer = new byte[256];
        if (Statx(InCurrentFolder, path, 0, LinksInodeAndBirth, answer) is not 0) return null;

        // Places in struct statx: https://man7.org/linux/man-pages/man2/statx.2.html
        var (seconds, nanoseconds) = (BitConverter.ToInt64(answer, 80), BitConverter.ToUInt32(answer, 88));
        return (
            new(BitConverter.ToUInt64(answer, 136), BitConverter.ToUInt64(answer, 32), ((Int128)seconds * 1_000_000_000) + nanoseconds),
            BitConverter.ToInt32(answer, 16));
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, Span<byte> answer);
}
