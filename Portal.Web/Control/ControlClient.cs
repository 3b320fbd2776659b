using System.Net.Sockets;
using Portal.Web.Launch.Processes;

namespace Portal.Web.Control;

/// <summary>Asks the portal that runs.</summary>
internal static class ControlClient
{
    /// <summary>Its answer; null where none listens there.</summary>
    /// <exception cref="IOException">It does not answer in that time, or not in words that are understood.</exception>
    public static async Task<ControlAnswer?> AskAsync(
        string path, ControlRequest request, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        if (!await ConnectAsync(socket, path, cancellationToken))
            return null;
        if (!PrivateSocket.IsOurs(socket, out _))
            throw new IOException($"What listens at {path} is not a portal of this user.");

        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await ControlLine.SendAsync(socket, request, ControlJson.Default.ControlRequest, either.Token);
            return await ControlLine.ReceiveAsync(socket, ControlLine.LongestAnswer, ControlJson.Default.ControlAnswer, either.Token)
                ?? throw new IOException("The portal ended the connection without an answer.");
        }
        catch (SocketException e)
        {
            throw new IOException($"The portal ended the connection: {e.Message}", e);
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested)
        {
            throw new IOException($"The portal does not answer within {timeout.TotalSeconds:0} s.", e);
        }
    }

    private static async Task<bool> ConnectAsync(Socket socket, string path, CancellationToken cancellationToken)
    {
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return true;
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            // Nothing there, left behind by a portal that was killed, or no name that a socket can have.
            return false;
        }
    }
}
