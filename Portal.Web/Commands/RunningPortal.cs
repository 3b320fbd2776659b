using System.Globalization;
using Portal.Web.Launch.Processes;

namespace Portal.Web.Commands;

/// <summary>The portal that uses the data directory now.</summary>
internal static class RunningPortal
{
    /// <summary>
    /// Its process; null where none runs. The lock is not tried: a portal that starts in that moment would find it taken,
    /// and end. Nor is the process looked into: one that may run apps as another user lets nobody do that who may not.
    /// </summary>
    public static int? Find(PortalPaths paths)
    {
        try
        {
            return int.TryParse(File.ReadAllText(paths.ProcessId), NumberStyles.None, CultureInfo.InvariantCulture, out var process)
                && ProcessTable.HoldsLock(process, paths.Lock)
                ? process
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
