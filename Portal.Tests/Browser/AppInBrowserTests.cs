using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Portal.Data;
using Portal.Web.Launch.Processes;
using Xunit;

namespace Portal.Tests.Browser;

/// <summary>A person at work in a real Streamlit, through the portal.</summary>
public abstract partial class AppInBrowserTests(Chromium chromium, SamplePortalBase sample) : BrowserTests(chromium)
{
    internal override PortalUnderTest Portal => sample.Portal;

    [Fact]
    public async Task A_click_on_launch_leads_to_the_app_which_knows_who_they_are()
    {
        var page = await LaunchFromAsync("127.0.1.1");

        await Assertions.Expect(Identity(page)).ToContainTextAsync("127.0.1.1 · User");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/app/feature-manager/$"));
    }

    [Fact]
    public async Task Typing_and_clicking_rerun_the_app()
    {
        var page = await LaunchFromAsync("127.0.1.2");

        await page.GetByLabel("Filter features").FillAsync("MIMO");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(Feature(page, "Massive MIMO")).ToBeVisibleAsync();
        await Assertions.Expect(Feature(page, "Network Slicing")).Not.ToBeVisibleAsync();

        await Feature(page, "Massive MIMO").First.ClickAsync();
        await Assertions.Expect(page.GetByText(new Regex("Massive MIMO: (on → off|off → on)")).First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task State_survives_a_dropped_connection()
    {
        await Portal.AddAsync(new RegisteredIpDraft("127.0.1.3", Role.User));
        var relay = RelayFrom("127.0.1.3");
        var page = await BrowseThroughAsync(relay);
        await page.GotoAsync("/app/feature-manager/");
        await CountAsync(page, 1);
        await CountAsync(page, 2);

        relay.Cut();

        await CountAsync(page, 3);
    }

    [Fact]
    public async Task An_upload_of_36_MB_arrives_whole()
    {
        var page = await LaunchFromAsync("127.0.1.4");
        var file = Portal.Ground.PathOf("upload.bin");
        var content = RandomNumberGenerator.GetBytes(36 * 1024 * 1024);
        await File.WriteAllBytesAsync(file, content, Cancelled);

        await page.Locator("input[type=file]").SetInputFilesAsync(file);

        var hash = Convert.ToHexStringLower(SHA256.HashData(content));
        await Assertions.Expect(page.GetByText(hash)).ToBeVisibleAsync(new() { Timeout = 300_000 });
        await Assertions.Expect(page.GetByText(
            content.Length.ToString(CultureInfo.InvariantCulture) + " bytes")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_download_arrives_and_the_image_is_shown()
    {
        var page = await LaunchFromAsync("127.0.1.5");

        var download = await page.RunAndWaitForDownloadAsync(() =>
            page.GetByRole(AriaRole.Button, new() { Name = "Download change log" }).ClickAsync());
        await using var stream = await download.CreateReadStreamAsync();
        using var reader = new StreamReader(stream, Encoding.UTF8);

        Assert.StartsWith("time,who,site,feature,from,to", await reader.ReadToEndAsync(Cancelled), StringComparison.Ordinal);
        var width = await page.Locator("[data-testid=stImage] img").First.EvaluateAsync<int>("image => image.naturalWidth");
        Assert.True(width > 0);
    }

    [Fact]
    public async Task Two_clients_have_two_processes_and_do_not_see_each_others_state()
    {
        var one = await LaunchFromAsync("127.0.1.6");
        var other = await LaunchFromAsync("127.0.1.7");

        await CountAsync(one, 1);
        await CountAsync(one, 2);

        await CountAsync(other, 1);
        Assert.NotEqual(await ProcessAsync(one), await ProcessAsync(other));
    }

    [Fact]
    public async Task The_app_asks_nobody_but_the_portal_for_anything()
    {
        var page = await LaunchFromAsync("127.0.1.8");
        await CountAsync(page, 1);

        var origin = new Uri(page.Url).Authority;
        Assert.All(Requests.Where(url => url.StartsWith("http", StringComparison.Ordinal)),
            url => Assert.Equal(origin, new Uri(url).Authority));
    }

    [Fact]
    public async Task An_instance_that_dies_is_replaced_and_the_page_comes_back()
    {
        var page = await LaunchFromAsync("127.0.1.9");
        var before = await ProcessAsync(page);

        Posix.Signal(before, Posix.SigKill);

        await Assertions.Expect(Identity(page)).Not.ToContainTextAsync(
            $"process {before}", new() { Timeout = 60_000 });
        await CountAsync(page, 1);
    }

    [Fact]
    public async Task Whoever_is_removed_is_cut_off_from_the_open_app()
    {
        var registered = await Portal.AddAsync(new RegisteredIpDraft("127.0.1.10", Role.User));
        var page = await BrowseFromAsync("127.0.1.10");
        var closed = new TaskCompletionSource();
        page.WebSocket += (_, socket) => socket.Close += (_, _) => closed.TrySetResult();
        await page.GotoAsync("/app/feature-manager/");
        await Assertions.Expect(Identity(page)).ToBeVisibleAsync();

        await Portal.Service<RegisteredIpStore>().RemoveAsync(registered.Id, registered.Version, new Actor("test"), Cancelled);

        await closed.Task.WaitAsync(Eventually.Limit, TimeProvider.System, Cancelled);
        await Eventually.TrueAsync(() => Portal.InstancesOf("127.0.1.10").Count is 0);
        await ArriveAsync(page, "/unauthorized/");
        await page.GotoAsync("/app/feature-manager/");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/unauthorized/$"));
    }

    /// <summary>Registers the address as a user and opens the sample app as people do: home, launch.</summary>
    private async Task<IPage> LaunchFromAsync(string address)
    {
        await Portal.AddAsync(new RegisteredIpDraft(address, Role.User));
        var page = await BrowseFromAsync(address);
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Link, new() { NameRegex = new("^(Launch app|Open)$") }).ClickAsync(); // the only app may run ahead of the click
        await Assertions.Expect(Identity(page)).ToBeVisibleAsync();
        return page;
    }

    /// <summary>The line by which the sample app says who the portal says that they are.</summary>
    private static ILocator Identity(IPage page) => page.GetByText("Signed in as");

    /// <summary>Presses the button that counts, and waits for the count.</summary>
    private static async Task CountAsync(IPage page, int expected)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Re-check alarms" }).ClickAsync();
        await Assertions.Expect(page.GetByText($"Alarm checks: {expected}")).ToBeVisibleAsync();
    }

    private static ILocator Feature(IPage page, string name) =>
        page.Locator("[data-testid=stCheckbox] label").Filter(new() { HasText = name });

    private static async Task<int> ProcessAsync(IPage page) => int.Parse(
        ProcessNumber.Match(await Identity(page).InnerTextAsync()).Groups["id"].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"process (?<id>[0-9]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ProcessNumber { get; }
}
