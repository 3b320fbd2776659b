using System.Diagnostics.CodeAnalysis;
using Microsoft.EntityFrameworkCore;

namespace Portal.Data;

/// <summary>Reads the registry as a whole, and anew only when its version has moved, whoever has changed it.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore has a handle to dispose of only if asked for it.")]
internal sealed class RegistryReader(IDbContextFactory<PortalDbContext> contexts)
{
    private readonly SemaphoreSlim _reading = new(1);
    private volatile RegistryRows? _latest;

    /// <summary>The rows of this moment; those that were read before, where they are still the same.</summary>
    public Task<RegistryRows> CurrentAsync(CancellationToken cancellationToken) => ReadAsync(anew: false, cancellationToken);

    /// <summary>The rows of this moment, read in any case: another file may have the version of the one that it replaced.</summary>
    public Task<RegistryRows> AnewAsync(CancellationToken cancellationToken) => ReadAsync(anew: true, cancellationToken);

    private async Task<RegistryRows> ReadAsync(bool anew, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (!anew && await LatestAsync(context, cancellationToken) is { } known) return known;

        await _reading.WaitAsync(cancellationToken);
        try
        {
            if (!anew && await LatestAsync(context, cancellationToken) is { } meanwhile) return meanwhile;

            // The version first: what is written in between makes the rows newer than it says, and they are read once more.
            var version = await VersionAsync(context, cancellationToken);
            var all = await context.RegisteredIps.AsNoTracking().OrderBy(r => r.NetworkKey).ToListAsync(cancellationToken);
            return _latest = new(version, all);
        }
        finally
        {
            _reading.Release();
        }
    }

    private async Task<RegistryRows?> LatestAsync(PortalDbContext context, CancellationToken cancellationToken) =>
        _latest is { } latest && latest.Version == await VersionAsync(context, cancellationToken) ? latest : null;

    private static Task<long> VersionAsync(PortalDbContext context, CancellationToken cancellationToken) =>
        context.Database.SqlQuery<long>($"SELECT Value FROM RegistryVersion").SingleAsync(cancellationToken);
}
