using System.Net;
using Xunit;

namespace Portal.Tests.Faults;

/// <summary>A user has 128 inotify instances by default, and all that runs as that user shares them.</summary>
public sealed class FileWatchTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_portal_and_its_pages_take_no_inotify_instance()
    {
        await using var portal = new PortalUnderTest();
        using var process = await portal.StartProcessAsync();

        using var home = await portal.ClientFrom(PortalUnderTest.Admin).GetAsync(new Uri("/", UriKind.Relative), Cancelled);
        Assert.Equal(HttpStatusCode.OK, home.StatusCode);
        Assert.Contains("/css/site.css?v=", await home.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);

        Assert.DoesNotContain(OpenOf(process.Id), target => target is "anon_inode:inotify");
        Assert.Equal(0, await process.StopAsync());
    }

    private static IEnumerable<string?> OpenOf(int process) =>
        [.. new DirectoryInfo($"/proc/{process}/fd").EnumerateFiles().Select(one => one.LinkTarget)];
}
