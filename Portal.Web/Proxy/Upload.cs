using Microsoft.AspNetCore.Http.Features;

namespace Portal.Web.Proxy;

/// <summary>
/// Represents the body of a request on its way to an app, which may refuse it before all of it is sent. The client of .NET reads no
/// answer before it has sent the body: once <see cref="AppStream"/> finds an early answer, the rest is zeros, which that
/// stream keeps to itself, so that nobody waits for a client who sends slowly or has stopped.
/// </summary>
internal sealed class Upload : Stream
{
    private static readonly AsyncLocal<Upload?> Flow = new();
    private static readonly TimeSpan LastOfUpload = TimeSpan.FromSeconds(2);

    private readonly Stream _body;
    private readonly CancellationTokenSource _answered = new();
    private long _left;
    private volatile bool _isSent;
    private bool _isOver;

    private Upload(Stream body, long length) => (_body, _left, Answered) = (body, length, _answered.Token);

    /// <summary>The one of the request that is under way here; null for a request without a body.</summary>
    public static Upload? Current => Flow.Value;

    /// <summary>Cancelled by an early answer.</summary>
    public CancellationToken Answered { get; }

    /// <summary>Whether an early answer has ended it.</summary>
    public bool HasEnded => Answered.IsCancellationRequested;

    /// <summary>Whether all of it was passed on.</summary>
    public bool IsSent => _isSent;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Watches the body of a request from here on; returns null for one without.</summary>
    public static Upload? Begin(HttpContext http)
    {
        if (http.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true })
            return null;
        var upload = new Upload(http.Request.Body, http.Request.ContentLength ?? 0);
        http.Request.Body = upload;
        Flow.Value = upload;
        return upload;
    }

    /// <summary>The app has answered; nothing that the client sends is of use any more.</summary>
    public void End()
    {
        lock (_answered)
        {
            if (!_isOver)
                _answered.Cancel();
        }
    }

    /// <summary>
    /// Completes the answer and reads for a moment what the client still sends, so that the end of its connection does not
    /// overtake the answer. A client of HTTP/2 is told by the server to send no more.
    /// </summary>
    public async Task LingerAsync(HttpResponse response, TimeProvider time)
    {
        await response.CompleteAsync();
        using var limit = new CancellationTokenSource(LastOfUpload, time);
        var buffer = new byte[16 * 1024];
        try
        {
            while (await _body.ReadAsync(buffer, limit.Token) > 0)
            {
                // Nobody needs it.
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client has gone, or is too slow.
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!HasEnded)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Answered);
            try
            {
                var count = await _body.ReadAsync(buffer, either.Token);
                _isSent |= count is 0 && buffer.Length > 0;
                _left -= count;
                return count;
            }
            catch (OperationCanceledException) when (HasEnded && !cancellationToken.IsCancellationRequested)
            {
                // Goes on below.
            }
        }

        var zeros = (int)Math.Clamp(_left, 0, buffer.Length);
        buffer.Span[..zeros].Clear();
        _left -= zeros;
        return zeros;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        lock (_answered)
        {
            _isOver = true;
            _answered.Dispose();
        }

        base.Dispose(disposing);
    }
}
