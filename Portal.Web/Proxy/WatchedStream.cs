using System.Runtime.CompilerServices;

namespace Portal.Web.Proxy;

/// <summary>
/// The client's side of a WebSocket: tells of the data frames that the client sends. What is read is looked at where it
/// lies; what is written goes straight through.
/// </summary>
internal sealed class WatchedStream(Stream client, Action dataCame) : Stream
{
    private FrameReader _frames;

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

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        client.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        client.WriteAsync(buffer, offset, count, cancellationToken);

    public override void Write(ReadOnlySpan<byte> buffer) => client.Write(buffer);

    public override void Write(byte[] buffer, int offset, int count) => client.Write(buffer, offset, count);

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
        if (_frames.Read(buffer[..read]))
            dataCame();
        return read;
    }
}
