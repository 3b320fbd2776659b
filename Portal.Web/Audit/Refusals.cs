using System.Net;
using Portal.Data;

namespace Portal.Web.Audit;

/// <summary>
/// Who was refused, collapsed by address and minute, so that a scanner cannot flood the record. Thread-safe, and as cheap
/// as a look into a dictionary.
/// </summary>
internal sealed class Refusals(TimeProvider time)
{
    /// <summary>Addresses that are told apart within a minute; those beyond are counted together.</summary>
    public const int MaxAddresses = 500;

    private readonly Lock _gate = new();
    private readonly List<AuditEntry> _closed = [];
    private readonly Dictionary<(IPAddress Address, string Why), int> _counts = [];
    private DateTimeOffset _minute;
    private int _others;
    private long _total;

    /// <summary>How many requests were refused since the portal started.</summary>
    public long Total => Interlocked.Read(ref _total);

    public void Add(IPAddress address)
    {
        Interlocked.Increment(ref _total);
        Add(address, "");
    }

    /// <summary>Counts a connection of this machine with itself that was refused, whoever the address is registered for.</summary>
    public void AddOwn(IPAddress address, string why) => Add(address, why);

    private void Add(IPAddress address, string why)
    {
        lock (_gate)
        {
            Turn();
            if (_counts.TryGetValue((address, why), out var count) || _counts.Count < MaxAddresses)
                _counts[(address, why)] = count + 1;
            else
                _others++;
        }
    }

    /// <summary>The entries of the minutes that are over.</summary>
    /// <param name="all">True for those of this minute as well, as the portal stops.</param>
    public IReadOnlyList<AuditEntry> Take(bool all = false)
    {
        lock (_gate)
        {
            Turn();
            if (all) Close();
            AuditEntry[] taken = [.. _closed];
            _closed.Clear();
            return taken;
        }
    }

    private void Turn()
    {
        var now = time.GetUtcNow();
        var minute = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
        if (minute == _minute) return;
        Close();
        _minute = minute;
    }

    private void Close()
    {
        foreach (var ((address, why), count) in _counts)
            _closed.Add(Entry(why.Length is 0 ? address.ToString() : "this server", address.ToString(), count, why));
        if (_others > 0)
            _closed.Add(Entry("other addresses", "", _others));
        _counts.Clear();
        _others = 0;
    }

    private AuditEntry Entry(string actor, string address, int count, string detail = "") => new()
    {
        At = _minute,
        Action = AuditAction.AccessRefused,
        Actor = actor,
        Address = address,
        Detail = detail,
        Count = count,
    };
}
