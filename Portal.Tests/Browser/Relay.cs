using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Portal.Tests.Browser;

/// <summary>
/// Gives a browser an address of its own: what connects here is connected onward from a chosen loopback address.
/// </summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Socket, Socket> _pairs = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly IPEndPoint _from;
    private readonly IPEndPoint _to;
    private readonly Task _accepting;

    public Relay(string from, int portalPort)
    {
        _from = new IPEndPoint(IPAddress.Parse(from), 0);
        _to = new IPEndPoint(IPAddress.Loopback, portalPort);
        _listener.Start();
        Url = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _accepting = AcceptAsync();
    }

    /// <summary>What the browser opens, without a slash at the end.</summary>
    public string Url { get; }

    /// <summary>Drops every connection that stands now, as a network does; new ones are accepted.</summary>
    public void Cut()
    {
        foreach (var (near, far) in _pairs)
        {
            near.Dispose();
            far.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        Cut();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = CarryAsync(await _listener.AcceptSocketAsync(_stop.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task CarryAsync(Socket near)
    {
        using var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            near.NoDelay = far.NoDelay = true;
            far.Bind(_from);
            await far.ConnectAsync(_to, _stop.Token);
            _pairs[near] = far;
            await Task.WhenAll(PumpAsync(near, far), PumpAsync(far, near));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // One side has gone; the other learns of it below.
        }
        finally
        {
            _pairs.TryRemove(near, out _);
            near.Dispose();
        }
    }

    private async Task PumpAsync(Socket source, Socket target)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            int read;
            while ((read = await source.ReceiveAsync(buffer, _stop.Token)) > 0)
                await target.SendAsync(buffer.AsMemory(0, read), _stop.Token);
            target.Shutdown(SocketShutdown.Send);
        }
        catch
        {
            source.Dispose();
            target.Dispose();
            throw;
        }
    }
}
