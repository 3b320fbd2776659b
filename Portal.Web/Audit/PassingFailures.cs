using Portal.Data;
using Portal.Web.Launch;

namespace Portal.Web.Audit;

/// <summary>
/// Launches for which there was no room, collapsed by instance and minute: whoever waits for room tries again and again.
/// Thread-safe.
/// </summary>
internal sealed class PassingFailures(TimeProvider time)
{
    /// <summary>Instances that are told apart within a minute; those beyond are left out.</summary>
    public const int Most = 500;

    private readonly Lock _gate = new();
    private readonly List<AuditEntry> _closed = [];
    private readonly Dictionary<InstanceKey, AuditEntry> _open = [];
    private long _minute;

    /// <summary>Counts the failure to the first of its minute.</summary>
    public void Add(InstanceKey instance, AuditEntry entry)
    {
        lock (_gate)
        {
            Turn();
            if (_open.TryGetValue(instance, out var first)) first.Count++;
            else if (_open.Count < Most) _open[instance] = entry;
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
        var minute = time.GetUtcNow().UtcTicks / TimeSpan.TicksPerMinute;
        if (minute == _minute) return;
        Close();
        _minute = minute;
    }

    private void Close()
    {
        _closed.AddRange(_open.Values);
        _open.Clear();
    }
}
