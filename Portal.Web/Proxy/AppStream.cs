using System.Net.Sockets;

namespace Portal.Web.Proxy;

/// <summary>A connection to an instance, which breaks when the instance has to lose its connections.</summary>
internal sealed class AppStream : NetworkStream
{
    private readonly CancellationTokenRegistration _disconnecting;

    /// <param name="disconnect">Breaks it, whatever is being read or written.</param>
    public AppStream(Socket socket, CancellationToken disconnect)
        : base(socket, ownsSocket: true) =>
        _disconnecting = disconnect.Register(() => socket.Close(timeout: 0));

    protected override void Dispose(bool disposing)
    {
        _ = _disconnecting.Unregister(); // Waits for nobody: what runs already closes the same socket.
        base.Dispose(disposing);
    }
}
