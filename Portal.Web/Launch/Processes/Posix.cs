using System.Runtime.InteropServices;

namespace Portal.Web.Launch.Processes;

/// <summary>The one system call that .NET does not offer.</summary>
internal static partial class Posix
{
    public const int SigKill = 9;
    public const int SigTerm = 15;

    /// <summary>kill(2). A negative id means the process group. Nothing to signal is no error.</summary>
    public static void Signal(int processId, int signal) => _ = Kill(processId, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}
