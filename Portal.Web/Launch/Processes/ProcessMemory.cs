using System.Globalization;

namespace Portal.Web.Launch.Processes;

/// <summary>What a process holds in memory, in bytes; proc(5), smaps_rollup.</summary>
/// <param name="Private">Nobody else's: free once the process has ended.</param>
/// <param name="Proportional">The private, and of what it shares its part.</param>
internal readonly record struct ProcessMemory(long Private, long Proportional)
{
    /// <summary>Null where it is gone or not ours to look into. The system walks through all its pages: up to milliseconds.</summary>
    public static ProcessMemory? Of(int processId)
    {
        try
        {
            var (own, proportional) = (0L, 0L);
            foreach (var line in File.ReadLines($"/proc/{processId}/smaps_rollup"))
            {
                if (line.StartsWith("Private_Clean:", StringComparison.Ordinal) || line.StartsWith("Private_Dirty:", StringComparison.Ordinal))
                    own += Bytes(line);
                else if (line.StartsWith("Pss:", StringComparison.Ordinal))
                    proportional = Bytes(line);
            }

            return new ProcessMemory(own, proportional);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // "Pss:               25346 kB"
    private static long Bytes(string line) =>
        1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
}
