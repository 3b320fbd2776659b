using Microsoft.Extensions.DependencyInjection;
using Portal.Data;
using Xunit;

namespace Portal.Tests.Data;

public sealed class DataSetupTests : DatabaseTest
{
    [Fact]
    public async Task A_host_gets_the_store_and_the_watcher_once_with_its_own_clock()
    {
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<TimeProvider>(Database.Time)
            .AddPortalData(Database.ConnectionString)
            .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        var store = services.GetRequiredService<RegisteredIpStore>();
        var watcher = services.GetRequiredService<RegistryWatcher>();
        await watcher.HasChangedAsync(Cancelled);

        var change = await store.AddAsync(new("10.0.0.1", Role.User), TemporaryDatabase.Anyone, Cancelled);

        Assert.Equal(Database.Time.GetUtcNow(), change.Row?.CreatedAt);
        Assert.True(await watcher.HasChangedAsync(Cancelled));
        Assert.Same(store, services.GetRequiredService<RegisteredIpStore>());
    }
}
