using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;

namespace Portal.Tests.Browser;

/// <summary>
/// What the browser tests share: one Chromium, a portal, and pages that reach it from loopback addresses of their own.
/// A test picks addresses that no other test uses.
/// </summary>
[Collection(nameof(BrowserTests))]
public abstract class BrowserTests(Chromium chromium) : IAsyncLifetime
{
    private readonly List<IAsyncDisposable> _open = [];

    /// <summary>Every address that a page of this test has asked for; it goes on asking while they are read.</summary>
    protected ConcurrentQueue<string> Requests { get; } = [];

    internal abstract PortalUnderTest Portal { get; }

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>A page of a browser that the portal sees at that address.</summary>
    protected async Task<IPage> BrowseFromAsync(string address, BrowserNewContextOptions? options = null) =>
        await BrowseThroughAsync(RelayFrom(address), options);

    private protected Relay RelayFrom(string address)
    {
        var relay = new Relay(address, Portal.Port);
        _open.Add(relay);
        return relay;
    }

    private protected Task<IPage> BrowseThroughAsync(Relay relay, BrowserNewContextOptions? options = null) =>
        BrowseAtAsync(relay.Url, options);

    /// <summary>A page of a browser that asks by that address; the portal does not listen to a child of its own process.</summary>
    private protected async Task<IPage> BrowseAtAsync(string url, BrowserNewContextOptions? options = null)
    {
        var page = await chromium.NewPageAsync(url, options);
        page.Request += (_, request) => Requests.Enqueue(request.Url);
        _open.Insert(0, page.Context);
        return page;
    }

    /// <summary>Waits until the page of that path has come, whatever its query.</summary>
    private protected static async Task ArriveAsync(IPage page, string path)
    {
        await Assertions.Expect(page).ToHaveURLAsync(new Regex($"^[^/]+//[^/]+{Regex.Escape(path)}([?]|$)"));
        await page.WaitForLoadStateAsync();
    }

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var open in _open)
            await open.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

[CollectionDefinition(nameof(BrowserTests))]
public sealed class SharedBrowser : ICollectionFixture<Chromium>;
