using System.Net;
using System.Threading.RateLimiting;

namespace Portal.Web;

/// <summary>How often within a minute each address may have something done. Thread-safe; addresses that ask no more are forgotten.</summary>
/// <param name="times">0 for as often as it likes.</param>
internal sealed class MinuteLimit(int times) : IDisposable
{
    private readonly PartitionedRateLimiter<IPAddress> _addresses = PartitionedRateLimiter.Create<IPAddress, IPAddress>(
        address => times is 0
            ? RateLimitPartition.GetNoLimiter(address)
            : RateLimitPartition.GetSlidingWindowLimiter(address, _ => new SlidingWindowRateLimiterOptions
            {
                PermitLimit = times,
                Window = TimeSpan.FromMinutes(1),
                SegmentsPerWindow = 6,
            }));

    /// <summary>True where the address may; that it did is counted.</summary>
    public bool Take(IPAddress address)
    {
        using var lease = _addresses.AttemptAcquire(address);
        return lease.IsAcquired;
    }

    public void Dispose() => _addresses.Dispose();
}
