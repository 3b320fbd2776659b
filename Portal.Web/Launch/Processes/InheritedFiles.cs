using System.Globalization;
using System.Runtime.InteropServices;

namespace Portal.Web.Launch.Processes;

/// <summary>Keeps the files that this process has open from the processes that it starts.</summary>
internal static partial class InheritedFiles
{
    private const int FirstBeyondStandard = 3;

    /// <summary>
    /// Has every file above standard error closed when another program is run. .NET opens its own that way; what the
    /// portal's starter left open is not, and an app would inherit it.
    /// </summary>
    public static void Close()
    {
        const uint Last = uint.MaxValue, OnExec = 4;
        try
        {
            if (CloseRange(FirstBeyondStandard, Last, OnExec) is 0)
                return;
        }
        catch (EntryPointNotFoundException)
        {
            // glibc before 2.34
        }

        CloseEach(); // Linux before 5.11
    }

    private static void CloseEach()
    {
        const int SetFlags = 2, CloseOnExec = 1;
        foreach (var file in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
        {
            var number = int.Parse(Path.GetFileName(file.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture);
            if (number >= FirstBeyondStandard)
                _ = Control(number, SetFlags, CloseOnExec); // the listing's own may be closed by now
        }
    }

    [LibraryImport("libc", EntryPoint = "close_range")]
    private static partial int CloseRange(uint first, uint last, uint flags);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command, int value);
}
