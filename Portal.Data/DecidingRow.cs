using System.Net;

namespace Portal.Data;

/// <summary>
/// The rule by which an address finds its row: <b>the most specific row decides, whatever its state</b>. A disabled or
/// expired row of a single host refuses that host although a wider network would admit it: that is how one shuts out
/// a single host.
/// </summary>
public static class DecidingRow
{
    /// <summary>The row that decides about the address, active or not; null: the address is not registered.</summary>
    public static RegisteredIp? For(IPAddress address, IEnumerable<RegisteredIp> rows)
    {
        var normal = NetworkNotation.Normalize(address);
        return rows.Where(row => PrefixLength(row, normal) >= 0).MaxBy(row => PrefixLength(row, normal));
    }

    /// <summary>How specific the row is about the address; -1: it does not hold it.</summary>
    private static int PrefixLength(RegisteredIp row, IPAddress normal) =>
        NetworkNotation.TryParse(row.Network, out var network) && network.Contains(normal) ? network.PrefixLength : -1;
}
