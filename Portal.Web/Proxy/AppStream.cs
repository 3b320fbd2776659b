using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Portal.Web.Launch.Processes;

namespace Portal.Web.Proxy;

/// <summary>
/// A connection to an instance, which breaks when the instance has to lose its connections, and which finds out when an app
/// answers before it has read all that is sent to it.
/// </summary>
internal sealed class AppStream : NetworkStream
{
    private static readonly int LengthOfStatus = "HTTP/1.1 403".Length;

    private readonly CancellationTokenRegistration _disconnecting;
    private ReadOnlyMemory<byte> _rest;
    private Upload? _upload;
    private int _reads;
    private volatile bool _isWriting;
    private bool _isLast;

    /// <param name="disconnect">Breaks it, whatever is being read or written.</param>
    public AppStream(Socket socket, CancellationToken disconnect)
        : base(socket, ownsSocket: true) =>
        _disconnecting = disconnect.Register(() => socket.Close(timeout: 0));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var upload = Upload.Current;
        var isNew = upload != _upload;
        _upload = upload;
        return upload is null ? base.WriteAsync(buffer, cancellationToken) : SendAsync(upload, isNew, buffer, cancellationToken);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _rest.Length > 0 ? new(TakeRest(buffer)) : ReceiveAsync(buffer, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        _ = _disconnecting.Unregister(); // Waits for nobody: what runs already closes the same socket.
        base.Dispose(disposing);
    }

    private async ValueTask SendAsync(Upload upload, bool isNew, ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        // Of a connection that was used before the client reads already, to notice its end.
        if (isNew && Volatile.Read(ref _reads) is 0)
            _ = WatchAsync(upload);
        if (upload.HasEnded)
            return;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, upload.Answered);
        _isWriting = true;
        try
        {
            await base.WriteAsync(buffer, either.Token);
        }
        catch (OperationCanceledException) when (upload.HasEnded && !cancellationToken.IsCancellationRequested)
        {
            // The app does not read it any more.
        }
        catch (IOException) when (upload.HasEnded || HasAnswer(isOver: true))
        {
            upload.End();
        }
        finally
        {
            _isWriting = false;
        }
    }

    private async Task WatchAsync(Upload upload)
    {
        try
        {
            if (await base.ReadAsync(Memory<byte>.Empty, CancellationToken.None) is 0) // once there is something to read
                EndIfAnswered(upload);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Whoever reads or writes meets it too.
        }
    }

    /// <summary>Of a connection that was used before, this begins before the next request does.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _reads);
        try
        {
            var count = await base.ReadAsync(buffer, cancellationToken);
            if (_upload is not { } upload)
                return count;
            if (buffer.Length is 0)
                EndIfAnswered(upload);
            else if (IsUnderWay(upload) && IsFinal(buffer.Span[..count], isOver: false))
                upload.End();
            return upload.HasEnded && !_isLast ? MakeLast(buffer.Span[..count]) : count;
        }
        finally
        {
            Interlocked.Decrement(ref _reads);
        }
    }

    private void EndIfAnswered(Upload upload)
    {
        if (IsUnderWay(upload) && HasAnswer(isOver: false))
            upload.End();
    }

    private bool IsUnderWay(Upload upload) => !upload.IsSent || _isWriting;

    private bool HasAnswer(bool isOver)
    {
        Span<byte> head = stackalloc byte[LengthOfStatus];
        return IsFinal(head[..Posix.Peek(Socket.SafeHandle, head)], isOver);
    }

    /// <summary>
    /// True for an answer that refuses. One that agrees may be the first part of what the app says to a body that it goes on
    /// reading, unless the connection is over.
    /// </summary>
    private static bool IsFinal(ReadOnlySpan<byte> head, bool isOver) =>
        head.Length >= LengthOfStatus && head.StartsWith("HTTP/1."u8) && head["HTTP/1.1 ".Length] >= (isOver ? '2' : '3');

    /// <summary>Has the client of .NET close the connection after this answer: a request on it was not sent to its end.</summary>
    /// <param name="head">The beginning of the answer.</param>
    /// <returns>How much of it is read by now; the rest comes with the next read.</returns>
    private int MakeLast(ReadOnlySpan<byte> head)
    {
        var end = head.IndexOf((byte)'\n') + 1;
        if (end is 0)
            return head.Length;
        _isLast = true;
        _rest = (byte[])[.. "Connection: close\r\n"u8, .. head[end..]];
        return end;
    }

    private int TakeRest(Memory<byte> buffer)
    {
        var count = Math.Min(_rest.Length, buffer.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }
}
