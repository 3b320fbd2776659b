using Portal.Web.Launch.Processes;

namespace Portal.Tests;

/// <summary>Holds a process still, as one that computes or hangs: its sockets stand, and nothing of it answers; signal(7).</summary>
internal static class Freezer
{
    private const int SigContinue = 18;
    private const int SigStop = 19;

    public static void Freeze(int processId) => Posix.Signal(processId, SigStop);

    public static void Thaw(int processId) => Posix.Signal(processId, SigContinue);
}
