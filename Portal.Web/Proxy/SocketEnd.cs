using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text;

namespace Portal.Web.Proxy;

/// <summary>Why the portal ends a WebSocket, as its client reads it: RFC 6455, sections 5.5.1 and 7.4.1.</summary>
internal sealed class SocketEnd
{
    private const byte FinalClose = 0x88;

    // A control frame holds 125 bytes, two of them the code.
    private const int LongestReason = 123;

    private SocketEnd(WebSocketCloseStatus code, string reason)
    {
        var text = Encoding.UTF8.GetBytes(reason);
        var length = Math.Min(text.Length, LongestReason);
        // Never half a character: the bytes that go on with one are 10xxxxxx.
        while (length < text.Length && (text[length] & 0xC0) is 0x80)
            length--;

        Frame = new byte[4 + length];
        Frame[0] = FinalClose;
        Frame[1] = (byte)(2 + length);
        BinaryPrimitives.WriteUInt16BigEndian(Frame.AsSpan(2), (ushort)code);
        text.AsSpan(0, length).CopyTo(Frame.AsSpan(4));
    }

    public static SocketEnd PortalStops { get; } = new(WebSocketCloseStatus.EndpointUnavailable, "The portal restarts.");

    public static SocketEnd RegistrationChanged { get; } = new(WebSocketCloseStatus.PolicyViolation, "The registration of this address was changed.");

    /// <summary>The frame itself, not masked, as a server sends it.</summary>
    public byte[] Frame { get; }

    /// <param name="word">What the admin tells; what is too long for a frame is cut.</param>
    public static SocketEnd ByAdmin(string word) =>
        new(WebSocketCloseStatus.PolicyViolation, word.Length > 0 ? word : "An admin closed the app.");
}
