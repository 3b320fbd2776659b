using System.Runtime.CompilerServices;

namespace Portal.Web.Proxy;

/// <summary>
/// The client's side of a WebSocket: tells of the data frames that pass in either direction, and can end the socket in the portal's
/// own name. What is read and written is looked at where it lies, and goes straight through.
/// </summary>
internal sealed class WatchedStream(Stream client, Action dataCame, Action? dataWent = null) : Stream
{
    // Whose turn it is to write: nobody's, the forwarder's, or nobody's ever again.
    private const int Free = 0, Taken = 1, Closed = 2;

    private readonly TaskCompletionSource _closeSent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FrameReader _received;
    private FrameReader _sent;
    private volatile byte[]? _close;
    private int _turn;

    public override bool CanRead => client.CanRead;

    public override bool CanSeek => false;

    public override bool CanTimeout => client.CanTimeout;

    public override bool CanWrite => client.CanWrite;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>
    /// Ends the socket: from now on nothing passes in either direction, and the client is sent this frame, at once or as
    /// soon as the frame that is on its way to it is complete. Returns when it is sent, or the client turns out to be gone.
    /// </summary>
    public Task Close(byte[] frame)
    {
        _close = frame;
        SendClose();
        return _closeSent.Task;
    }

    /// <remarks>Without a buffer it only waits until there is something to read; the forwarder begins so each time.</remarks>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var reading = client.ReadAsync(buffer, cancellationToken);
        if (buffer.IsEmpty)
            return reading;
        return reading.IsCompletedSuccessfully ? new(Seen(buffer.Span, reading.Result)) : SeenAsync(reading, buffer);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(Span<byte> buffer) => Seen(buffer, client.Read(buffer));

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!Take(buffer.Span))
            return default;

        var writing = client.WriteAsync(buffer, cancellationToken);
        if (!writing.IsCompletedSuccessfully)
            return GiveBackAfterAsync(writing);
        writing.GetAwaiter().GetResult();
        GiveBack();
        return default;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (!Take(buffer))
            return;
        client.Write(buffer);
        GiveBack();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override Task FlushAsync(CancellationToken cancellationToken) => client.FlushAsync(cancellationToken);

    public override void Flush() => client.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await client.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            client.Dispose();
        base.Dispose(disposing);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> SeenAsync(ValueTask<int> reading, Memory<byte> buffer)
    {
        var read = await reading;
        return Seen(buffer.Span, read);
    }

    private int Seen(ReadOnlySpan<byte> buffer, int read)
    {
        if (_close is not null)
            return 0;
        if (_received.Read(buffer[..read]))
            dataCame();
        return read;
    }

    /// <summary>False where the socket is closed.</summary>
    private bool Take(ReadOnlySpan<byte> buffer)
    {
        if (Interlocked.CompareExchange(ref _turn, Taken, Free) is not Free)
            return false;
        if (_sent.Read(buffer))
            dataWent?.Invoke();
        return true;
    }

    private void GiveBack()
    {
        Interlocked.Exchange(ref _turn, Free);
        if (_close is not null)
            SendClose();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask GiveBackAfterAsync(ValueTask writing)
    {
        await writing;
        GiveBack();
    }

    /// <summary>Whoever has the turn does it; a frame that is not complete yet comes first.</summary>
    private void SendClose()
    {
        if (_close is not { } frame || Interlocked.CompareExchange(ref _turn, Taken, Free) is not Free)
            return;
        if (!_sent.IsBetweenFrames)
        {
            Interlocked.Exchange(ref _turn, Free);
            return;
        }

        Interlocked.Exchange(ref _turn, Closed);
        _ = SendAsync(frame);
    }

    private async Task SendAsync(byte[] frame)
    {
        try
        {
            await client.WriteAsync(frame);
            await client.FlushAsync();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The client is gone, which is what was wanted.
        }

        _closeSent.TrySetResult();
    }
}
