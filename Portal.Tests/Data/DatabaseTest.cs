using Portal.Data;
using Xunit;

namespace Portal.Tests.Data;

/// <summary>A test with a prepared database of its own.</summary>
public abstract class DatabaseTest : IAsyncLifetime
{
    internal TemporaryDatabase Database { get; } = new();

    internal RegisteredIpStore Store { get; }

    private protected DatabaseTest() => Store = Database.Store();

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await Database.PrepareAsync();

    public ValueTask DisposeAsync()
    {
        Database.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    internal Task<RegistryChange> AddAsync(RegisteredIpDraft draft) =>
        Store.AddAsync(draft, TemporaryDatabase.Anyone, Cancelled);

    internal static IEnumerable<(string Field, RegistryErrorCode Code, string? Argument)> Errors(RegistryChange change) =>
        change.Errors.Select(e => (e.Field, e.Code, e.Argument));
}
