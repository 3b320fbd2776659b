using Microsoft.Playwright;
using Portal.Data;
using Xunit;

namespace Portal.Tests.Browser;

/// <summary>
/// Apps on an origin of their own, in a browser that does not say what its requests are for: people get along, and a script in
/// an app's page does nothing to the portal's.
/// </summary>
public sealed class AppOriginTests(Chromium chromium, SplitPortal split) : BrowserTests(chromium), IClassFixture<SplitPortal>
{
    private const string Add = "/admin/edit";

    internal override PortalUnderTest Portal => split.Portal;

    [Fact]
    public async Task A_launch_leads_to_the_apps_origin_and_the_bar_leads_back()
    {
        var page = await BrowseAtAsync(split.Home);
        await page.GotoAsync("/");

        var told = page.WaitForResponseAsync(response => response.Url.StartsWith($"{split.Apps}/notice/sample", StringComparison.Ordinal));
        await page.Locator("a[href='/app/sample/']").ClickAsync();
        await page.GetByLabel("Filter features").FillAsync("MIMO");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByText("Massive MIMO").First).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("Network Slicing")).Not.ToBeVisibleAsync();
        await Assertions.Expect(page).ToHaveURLAsync($"{split.Apps}/app/sample/");
        Assert.True((await told).Ok);

        await page.Locator("portal-notice .tab").ClickAsync();
        await page.Locator("portal-notice a").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Administrator page" })).ToBeVisibleAsync();
        await Assertions.Expect(page).ToHaveURLAsync($"{split.Home}/");
    }

    [Fact]
    public async Task A_launch_can_be_cancelled_which_leads_home()
    {
        var page = await BrowseAtAsync(split.Home);
        await page.GotoAsync("/app/slow/");
        await Assertions.Expect(page).ToHaveURLAsync($"{split.Apps}/app/slow/");
        await Assertions.Expect(page.GetByText("Waiting for the app to answer")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await Assertions.Expect(page).ToHaveURLAsync($"{split.Home}/");
        Assert.DoesNotContain(Portal.InstancesOf(PortalUnderTest.Admin), instance => instance.Key.Slug is "slow");
    }

    [Fact]
    public async Task This_browser_does_not_say_what_a_request_is_for()
    {
        var page = await BrowseAtAsync(split.Home);

        var answer = await page.GotoAsync(Add);

        Assert.NotNull(answer);
        Assert.DoesNotContain((await answer.Request.AllHeadersAsync()).Keys, name => name.StartsWith("sec-fetch", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData(true, "{}")]
    [InlineData(true, "{ credentials: 'include' }")]
    [InlineData(true, "{ mode: 'no-cors' }")]
    [InlineData(false, "{ headers: { Accept: 'text/html' } }")]
    [InlineData(false, "{}")]
    public async Task A_script_of_an_app_reads_no_admin_page(bool atHome, string how)
    {
        var page = await OpenAppAsync();

        var text = await page.EvaluateAsync<string>(
            $"async () => {{ try {{ return await (await fetch('{(atHome ? split.Home : "")}{Add}', {how})).text(); }} catch (e) {{ return e.name; }} }}");

        Assert.DoesNotContain("Form.Network", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nor_the_stream_of_what_runs()
    {
        var page = await OpenAppAsync();

        var end = await page.EvaluateAsync<string>(
            $$"""
            () => new Promise(told => {
              const stream = new EventSource('{{split.Home}}/admin/running/live?language=en');
              stream.onmessage = () => told('message');
              stream.onerror = () => { stream.close(); told('error'); };
            })
            """);

        Assert.Equal("error", end);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nor_has_it_one_in_a_frame(bool atHome)
    {
        var page = await OpenAppAsync();

        var text = await page.EvaluateAsync<string>(
            $$"""
            () => new Promise(told => {
              const frame = document.createElement('iframe');
              frame.src = '{{(atHome ? split.Home : "")}}{{Add}}';
              frame.onload = () => { try { told(frame.contentDocument.body.innerText); } catch (e) { told('kept away'); } };
              document.body.append(frame);
            })
            """);

        Assert.Equal("kept away", text);
        Assert.All(page.Frames.Skip(1), frame => Assert.DoesNotContain(split.Home, frame.Url, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nor_reaches_it_into_a_window_that_it_opens()
    {
        var page = await OpenAppAsync();

        var opening = page.Context.WaitForPageAsync();
        await page.EvaluateAsync($"() => {{ window.taken = window.open('{split.Home}{Add}'); }}");
        var opened = await opening;
        await Assertions.Expect(opened.GetByLabel("IP address or network")).ToBeVisibleAsync();

        Assert.Equal("kept away", await page.EvaluateAsync<string>(
            "() => { try { return window.taken.document.body.innerText; } catch (e) { return 'kept away'; } }"));
    }

    [Theory]
    [InlineData(true, 403, false)]
    [InlineData(true, 403, true)]
    [InlineData(false, 404, false)]
    public async Task A_form_that_it_sends_adds_nobody(bool atHome, int status, bool withoutReferrer)
    {
        var page = await OpenAppAsync();
        var before = await CountAsync();

        var answer = await page.RunAndWaitForResponseAsync(
            () => page.EvaluateAsync(
                $$"""
                () => {
                  const policy = document.createElement('meta');
                  [policy.name, policy.content] = ['referrer', '{{(withoutReferrer ? "no-referrer" : "unsafe-url")}}'];
                  document.head.append(policy);
                  const form = document.createElement('form');
                  [form.method, form.action] = ['post', '{{(atHome ? split.Home : "")}}{{Add}}'];
                  for (const [name, value] of [['Form.Network', '10.66.0.1'], ['Form.Role', 'Admin']]) {
                    const field = document.createElement('input');
                    [field.name, field.value] = [name, value];
                    form.append(field);
                  }
                  document.body.append(form);
                  setTimeout(() => form.submit()); // the answer to this script would be lost with its page
                }
                """),
            one => one.Request.Method is "POST");
        await ArriveAsync(page, Add); // Chromium hangs on a context that closes while a page moves into another process

        Assert.Equal(status, answer.Status);
        Assert.Equal(before, await CountAsync());
    }

    private async Task<int> CountAsync() => (await Portal.Service<RegisteredIpStore>().AllAsync(Cancelled)).Count;

    /// <summary>A page of an app as an admin sees it, in a browser that has been on the admin pages before.</summary>
    private async Task<IPage> OpenAppAsync()
    {
        var page = await BrowseAtAsync(split.Home);
        await page.GotoAsync(Add);
        await Assertions.Expect(page.GetByLabel("IP address or network")).ToBeVisibleAsync();
        await page.GotoAsync($"{split.Apps}/app/sample/");
        await Assertions.Expect(page.GetByLabel("Filter features")).ToBeVisibleAsync();
        return page;
    }
}
