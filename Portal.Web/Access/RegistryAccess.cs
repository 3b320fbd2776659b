using System.Net;
using Portal.Data;

namespace Portal.Web.Access;

/// <summary>Answers who an address is, from the table of the moment; says when the table has changed.</summary>
internal sealed class RegistryAccess(RegisteredIpStore store, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _loading = new(1, 1);
    private volatile AccessTable _table = AccessTable.Empty;

    /// <summary>Raised after a new table is in force.</summary>
    public event Action? Changed;

    public AccessTable Table => _table;

    /// <summary>The row that admits this address now, or null.</summary>
    public AccessEntry? Find(IPAddress address) => _table.Find(address, time.GetUtcNow());

    /// <summary>Who this address is now, or null for a stranger.</summary>
    public ClientIdentity? Identify(IPAddress address) => Find(address)?.IdentityOf(address);

    /// <summary>Reads the registry anew. The table of before stays in force when that fails.</summary>
    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        await _loading.WaitAsync(cancellationToken);
        try
        {
            _table = new AccessTable(await store.AllAsync(cancellationToken));
        }
        finally
        {
            _loading.Release();
        }

        Changed?.Invoke();
    }

    public void Dispose() => _loading.Dispose();
}
