using System.Runtime.InteropServices;

namespace Portal.Web.Launch.Processes;

/// <summary>The one system call that .NET does not offer, and numbers of the system's.</summary>
internal static partial class Posix
{
    public const int SigKill = 9;
    public const int SigTerm = 15;

    /// <summary>What <see cref="IOException"/> has for its <see cref="Exception.HResult"/> when a disk is full; errno(3).</summary>
    public const int NoSpace = 28;

    /// <summary>The same, when the user may have no more of the disk.</summary>
    public const int OverQuota = 122;

    /// <summary>kill(2). A negative id means the process group. Nothing to signal is no error.</summary>
    public static void Signal(int processId, int signal) => _ = Kill(processId, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}
