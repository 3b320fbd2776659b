using System.Globalization;
using Portal.Web.Launch.Processes;

namespace Portal.Web.Launch.Ports;

/// <summary>A socket that would accept a connection to 127.0.0.1 on some port, as proc(5) shows it.</summary>
/// <param name="Inode">Identifies the socket; see <see cref="ProcessTable.HoldsSocket"/>.</param>
/// <param name="UserId">Whose it is.</param>
internal readonly record struct PortListener(long Inode, int UserId)
{
    private const string ListenState = "0A";

    private static readonly string[] Tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    // Addresses are printed word by word in the byte order of the machine.
    private static readonly string[] Reachable = BitConverter.IsLittleEndian
        ? ["0100007F", "00000000", "0000000000000000FFFF00000100007F", new('0', 32)]
        : ["7F000001", "00000000", "00000000000000000000FFFF7F000001", new('0', 32)];

    /// <summary>The listeners on a port, of any process on this machine.</summary>
    public static IReadOnlyList<PortListener> On(int port)
    {
        var ending = string.Create(CultureInfo.InvariantCulture, $":{port:X4}");
        return
        [
            .. Listeners().Where(fields => fields[1].EndsWith(ending, StringComparison.Ordinal))
                .Select(fields => new PortListener(Number<long>(fields[9]), Number<int>(fields[7]))),
        ];
    }

    /// <summary>Every port that somebody listens on.</summary>
    public static IReadOnlySet<int> AllPorts() =>
        Listeners().Select(fields => int.Parse(fields[1].Split(':')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToHashSet();

    private static IEnumerable<string[]> Listeners()
    {
        foreach (var table in Tables.Where(File.Exists))
        {
            foreach (var line in File.ReadLines(table).Skip(1))
            {
                // sl, local address, remote address, state, queues, timer, retransmits, uid, timeout, inode
                var fields = line.Split(' ', 11, StringSplitOptions.RemoveEmptyEntries);
                if (fields.Length < 10 || fields[3] is not ListenState)
                    break; // Listeners are listed first, says proc_net_tcp of the kernel; then every connection of the machine.
                if (Reachable.Contains(fields[1].Split(':')[0], StringComparer.Ordinal))
                    yield return fields;
            }
        }
    }

    /// <summary>True where a process of that session holds the socket.</summary>
    public bool BelongsTo(int sessionId)
    {
        var inode = Inode;
        return ProcessTable.HoldsSocket(sessionId, inode)
            || ProcessTable.Session(sessionId).Any(id => ProcessTable.HoldsSocket(id, inode));
    }

    /// <summary>Names the process, or at least the user where the system does not let us look.</summary>
    public string DescribeOwner()
    {
        var inode = Inode;
        var owner = ProcessTable.All().Where(id => ProcessTable.HoldsSocket(id, inode)).Cast<int?>().FirstOrDefault();
        return owner is { } id
            ? string.Create(CultureInfo.InvariantCulture, $"process {id} ({ProcessTable.NameOf(id)})")
            : string.Create(CultureInfo.InvariantCulture, $"a process of user id {UserId}");
    }

    private static T Number<T>(string text)
        where T : ISpanParsable<T> => T.Parse(text, CultureInfo.InvariantCulture);
}
