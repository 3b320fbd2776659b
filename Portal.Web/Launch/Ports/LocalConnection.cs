using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Portal.Web.Launch.Ports;

/// <summary>The other end of a connection whose both ends are on this machine, as proc(5) shows it.</summary>
internal static class LocalConnection
{
    private const int LocalField = 1, RemoteField = 2, InodeField = 9;

    /// <summary>
    /// The inode of the socket that has the first for its own address and the second for its peer's. Null where this machine
    /// (its network namespace) has none.
    /// </summary>
    public static long? InodeOf(IPEndPoint own, IPEndPoint peer)
    {
        // A socket of IPv6 may speak IPv4: then it stands in the other table, and its addresses are mapped.
        foreach (var (table, length) in new[] { ("/proc/net/tcp", 4), ("/proc/net/tcp6", 16) })
        {
            if (Notation(own, length) is not { } from || Notation(peer, length) is not { } to || !File.Exists(table))
                continue;
            foreach (var line in File.ReadLines(table))
            {
                // Most lines are of others: they are not taken apart.
                if (!line.Contains(from, StringComparison.Ordinal))
                    continue;
                var fields = line.Split(' ', 11, StringSplitOptions.RemoveEmptyEntries);
                if (fields.Length > InodeField && fields[LocalField].Equals(from, StringComparison.Ordinal)
                    && fields[RemoteField].Equals(to, StringComparison.Ordinal))
                {
                    return long.Parse(fields[InodeField], CultureInfo.InvariantCulture);
                }
            }
        }

        return null;
    }

    /// <summary>As the tables have it: the address word by word in the machine's byte order, the port as a number.</summary>
    private static string? Notation(IPEndPoint end, int length)
    {
        var address = length is 16 ? end.Address.MapToIPv6()
            : end.Address.IsIPv4MappedToIPv6 ? end.Address.MapToIPv4()
            : end.Address;
        if (length is 4 && address.AddressFamily is not AddressFamily.InterNetwork)
            return null;
        var words = MemoryMarshal.Cast<byte, uint>(address.GetAddressBytes());
        var text = string.Concat(words.ToArray().Select(word => word.ToString("X8", CultureInfo.InvariantCulture)));
        return string.Create(CultureInfo.InvariantCulture, $"{text}:{end.Port:X4}");
    }
}
