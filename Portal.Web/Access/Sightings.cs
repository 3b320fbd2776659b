using System.Collections.Concurrent;
using System.Net;
using Portal.Data;

namespace Portal.Web.Access;

/// <summary>
/// Who came through each registration last. Each request notes it: a look into a dictionary and two stores, without a lock
/// or an allocation after the first of a registration. <see cref="SightingRecorder"/> writes it down now and then.
/// </summary>
internal sealed class Sightings(SightingStore store, TimeProvider time)
{
    private readonly ConcurrentDictionary<int, Latest> _latest = new();

    public void Note(ClientIdentity client)
    {
        if (!_latest.TryGetValue(client.RegistrationId, out var latest))
            latest = _latest.GetOrAdd(client.RegistrationId, _ => new Latest());
        latest.Client = client.Address;
        latest.Ticks = time.GetUtcNow().UtcTicks;
    }

    /// <summary>Of these registrations those that anybody came through, up to this moment, by their id.</summary>
    public async Task<IReadOnlyDictionary<int, Sighting>> FindAsync(
        IReadOnlyCollection<int> registrations, CancellationToken cancellationToken)
    {
        var found = (await store.FindAsync(registrations, cancellationToken)).ToDictionary(one => one.RegistrationId);
        foreach (var id in registrations)
        {
            if (_latest.TryGetValue(id, out var latest) && latest.Read(id) is { } live)
                found[id] = live;
        }

        return found;
    }

    /// <summary>Writes what is not written yet.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        var unwritten = _latest.Where(one => one.Value.Ticks > one.Value.Written)
            .Select(one => one.Value.Read(one.Key)).OfType<Sighting>().ToList();
        if (unwritten.Count is 0)
            return;
        await store.WriteAsync(unwritten, cancellationToken);
        foreach (var one in unwritten)
            _latest[one.RegistrationId].Written = one.At.UtcTicks;
    }

    /// <summary>The client is stored before the moment: whoever reads in between sees the newer client at the moment of the one before.</summary>
    private sealed class Latest
    {
        private volatile IPAddress? _client;
        private long _ticks;

        public IPAddress? Client { set => _client = value; }

        public long Ticks { get => Volatile.Read(ref _ticks); set => Volatile.Write(ref _ticks, value); }

        /// <summary>The moment of the one that was written last.</summary>
        public long Written { get; set; }

        /// <returns>Null: the first is about to be noted.</returns>
        public Sighting? Read(int id) => Ticks is var ticks and > 0 && _client is { } client
            ? new Sighting { RegistrationId = id, Client = client.ToString(), At = new DateTimeOffset(ticks, TimeSpan.Zero) }
            : null;
    }
}
