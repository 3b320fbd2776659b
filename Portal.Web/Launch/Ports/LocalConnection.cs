using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Portal.Data;
using Portal.Web.Launch.Processes;

namespace Portal.Web.Launch.Ports;

/// <summary>The other end of a connection whose both ends are on this machine.</summary>
/// <param name="Inode">Identifies its socket; see <see cref="ProcessTable.HoldsSocket"/>. <see cref="Closed"/> without one.</param>
/// <param name="UserId">Whose it is; root's where it is closed.</param>
internal readonly record struct LocalConnection(long Inode, int UserId)
{
    /// <summary>No process holds it any more, though what it sent may still be on its way.</summary>
    public const long Closed = 0;

    /// <summary>
    /// The socket that has the first for its own address and the second for its peer's. Null where this machine (its network
    /// namespace) has none.
    /// </summary>
    public static LocalConnection? Find(IPEndPoint own, IPEndPoint peer) =>
        Netlink.IsAnswering(Plain(own), Plain(peer), ScopeOf(own.Address), out var found) ? found : FindInTable(own, peer);

    /// <summary>The same, for a system that answers no single questions; takes the longer the more sockets there are.</summary>
    public static LocalConnection? FindInTable(IPEndPoint own, IPEndPoint peer) => ProcTable.Find(Plain(own), Plain(peer));

    /// <summary>A socket of IPv6 may speak IPv4: then its addresses are mapped.</summary>
    private static IPEndPoint Plain(IPEndPoint end) => new(NetworkNotation.Normalize(end.Address), end.Port);

    /// <summary>The card that a link-local address is of: the same address may be another's at the next card. 0 for all others.</summary>
    private static int ScopeOf(IPAddress address) => address.IsIPv6LinkLocal ? (int)address.ScopeId : 0;

    /// <summary>Asks for the one socket; sock_diag(7). The kernel answers at once, however many there are.</summary>
    private static class Netlink
    {
        private const ushort ByFamily = 20; // SOCK_DIAG_BY_FAMILY
        private const ushort ErrorAnswer = 2; // NLMSG_ERROR
        private const int NoSuchSocket = -2; // -ENOENT
        private const byte Listening = 10; // TCP_LISTEN

        // Places in question and answer: struct nlmsghdr (16 bytes), then inet_diag_req_v2 or inet_diag_msg.
        private const int QuestionLength = 72, Head = 16;
        private const int SourcePort = 24, TargetPort = 26, SourceAddress = 28, TargetAddress = 44, Card = 60, Cookie = 64;
        private const int State = 17, UserId = 80, Inode = 84, AnswerLength = 88;

        /// <summary>False where this system does not let us ask.</summary>
        public static bool IsAnswering(IPEndPoint from, IPEndPoint to, int card, out LocalConnection? found)
        {
            Span<byte> message = stackalloc byte[512];
            message[..QuestionLength].Clear();
            MemoryMarshal.Write(message, QuestionLength);
            MemoryMarshal.Write(message[4..], ByFamily);
            MemoryMarshal.Write(message[6..], (ushort)1); // a request
            message[Head] = (byte)(from.AddressFamily is AddressFamily.InterNetwork ? 2 : 10);
            message[Head + 1] = (byte)ProtocolType.Tcp;
            MemoryMarshal.Write(message[(Head + 4)..], -1); // in any state
            BinaryPrimitives.WriteUInt16BigEndian(message[SourcePort..], (ushort)from.Port);
            BinaryPrimitives.WriteUInt16BigEndian(message[TargetPort..], (ushort)to.Port);
            from.Address.TryWriteBytes(message[SourceAddress..], out _);
            to.Address.TryWriteBytes(message[TargetAddress..], out _);
            MemoryMarshal.Write(message[Card..], card);
            MemoryMarshal.Write(message[Cookie..], -1L); // of whatever age

            found = null;
            var length = Posix.AskKernel(message, QuestionLength);
            if (length < Head + sizeof(int))
                return false;
            if (MemoryMarshal.Read<ushort>(message[4..]) is ErrorAnswer)
                return MemoryMarshal.Read<int>(message[Head..]) is NoSuchSocket;
            if (length < AnswerLength)
                return false;
            if (message[State] is not Listening) // which is what the kernel finds where there is no connection
                found = new(MemoryMarshal.Read<uint>(message[Inode..]), MemoryMarshal.Read<int>(message[UserId..]));
            return true;
        }
    }

    /// <summary>Looks through every socket of the machine; proc(5).</summary>
    private static class ProcTable
    {
        private const int LocalField = 1, RemoteField = 2, UserField = 7, InodeField = 9;

        public static LocalConnection? Find(IPEndPoint own, IPEndPoint peer)
        {
            foreach (var table in new[] { "/proc/net/tcp", "/proc/net/tcp6" })
            {
                var isWide = table.EndsWith('6');
                if ((!isWide && own.AddressFamily is not AddressFamily.InterNetwork) || !File.Exists(table))
                    continue;
                var (from, to) = (Notation(own, isWide), Notation(peer, isWide));

                // Most lines are of others: they are not taken apart.
                foreach (var line in File.ReadLines(table).Where(line => line.Contains(from, StringComparison.Ordinal)))
                {
                    var fields = line.Split(' ', 11, StringSplitOptions.RemoveEmptyEntries);
                    if (fields.Length > InodeField && fields[LocalField].Equals(from, StringComparison.Ordinal)
                        && fields[RemoteField].Equals(to, StringComparison.Ordinal))
                    {
                        return new(
                            long.Parse(fields[InodeField], CultureInfo.InvariantCulture),
                            int.Parse(fields[UserField], CultureInfo.InvariantCulture));
                    }
                }
            }

            return null;
        }

        /// <summary>The address word by word in the machine's byte order, the port as a number.</summary>
        private static string Notation(IPEndPoint end, bool isWide)
        {
            var words = MemoryMarshal.Cast<byte, uint>((isWide ? end.Address.MapToIPv6() : end.Address).GetAddressBytes());
            var text = string.Concat(words.ToArray().Select(word => word.ToString("X8", CultureInfo.InvariantCulture)));
            return string.Create(CultureInfo.InvariantCulture, $"{text}:{end.Port:X4}");
        }
    }
}
