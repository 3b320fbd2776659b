using System.Net;
using System.Security.Cryptography;

namespace Portal.Tests.Proxy;

/// <summary>A body that is made while it is sent: blocks of 1 MiB, with a moment between the first and the rest.</summary>
internal sealed class BlocksContent(int blocks, bool isChunked = false, Func<Task>? afterFirst = null) : HttpContent
{
    private const int BlockSize = 1024 * 1024;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _sent;

    public long Length => (long)blocks * BlockSize;

    /// <summary>Bytes that have been handed to the connection so far.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>In lower case, of what was sent.</summary>
    public string Hash() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var block = new byte[BlockSize];
        for (var i = 0; i < blocks; i++)
        {
            Array.Fill(block, (byte)i);
            _hash.AppendData(block);
            await stream.WriteAsync(block, cancellationToken);
            await stream.FlushAsync(cancellationToken);
            Interlocked.Add(ref _sent, block.Length);
            if (i is 0 && afterFirst is not null)
                await afterFirst();
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = Length;
        return !isChunked;
    }

    protected override void Dispose(bool disposing)
    {
        _hash.Dispose();
        base.Dispose(disposing);
    }
}
