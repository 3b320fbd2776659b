using System.Globalization;

namespace Portal.Web.Launch.Processes;

/// <summary>The rights of root's that a portal needs whose instances run as another user; capabilities(7).</summary>
internal static class Capabilities
{
    private static readonly (string Name, int Number)[] Needed =
    [
        ("CAP_SETUID", 7), ("CAP_SETGID", 6), // to become that user
        ("CAP_KILL", 5), // to end its processes
        ("CAP_SYS_PTRACE", 19), ("CAP_DAC_READ_SEARCH", 2), // to see which sockets they hold, and their memory
    ];

    /// <summary>What is set in a unit, or given to setpriv(1).</summary>
    public static string All { get; } = string.Join(' ', Needed.Select(one => one.Name));

    /// <summary>Those that a process does not have; root has them all, unless somebody took them away.</summary>
    /// <param name="processId">Null for this process.</param>
    public static IReadOnlyList<string> MissingOf(int? processId = null)
    {
        const string Effective = "CapEff:";
        var file = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId ?? Environment.ProcessId}/status");
        var line = File.ReadLines(file).First(line => line.StartsWith(Effective, StringComparison.Ordinal));
        var held = ulong.Parse(line.AsSpan(Effective.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return [.. Needed.Where(one => (held >> one.Number & 1) is 0).Select(one => one.Name)];
    }
}
