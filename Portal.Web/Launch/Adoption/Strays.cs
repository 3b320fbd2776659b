using System.Globalization;
using Portal.Web.Launch.Processes;

namespace Portal.Web.Launch.Adoption;

/// <summary>
/// Instances that no record tells of: an earlier portal was killed after it had started them and before it had written so
/// down. Nothing else leads a session, writes to a log of the portal's and was told a port.
/// </summary>
internal static class Strays
{
    private const string PortOption = "--server.port=";

    /// <param name="logs">The folder of the logs.</param>
    /// <param name="users">Whom instances run as.</param>
    /// <param name="known">The ports of the instances that there are records of; what they have started is theirs.</param>
    public static IEnumerable<ProcessIdentity> In(string logs, IReadOnlyCollection<int> users, IReadOnlySet<int> known)
    {
        var files = Directory.EnumerateFiles(logs).Select(Posix.IdentityOf).Where(file => file is not null).ToHashSet();
        return ProcessTable.Living()
            .Where(process => process.Id == process.SessionId
                && ProcessTable.UserOf(process.Id) is { } user && users.Contains(user)
                && Posix.IdentityOf(string.Create(CultureInfo.InvariantCulture, $"/proc/{process.Id}/fd/1")) is { } output && files.Contains(output)
                && PortOf(process.Id) is { } port && !known.Contains(port))
            .Select(process => new ProcessIdentity(process.Id, process.StartTime));
    }

    private static int? PortOf(int processId) =>
        ProcessTable.CommandOf(processId).FirstOrDefault(word => word.StartsWith(PortOption, StringComparison.Ordinal)) is { } option
        && int.TryParse(option.AsSpan(PortOption.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? port
            : null;
}
