using Microsoft.Playwright;
using Portal.Data;
using Xunit;

namespace Portal.Tests.Browser;

/// <summary>How far a script in an app's page gets on the portal's own pages, which an admin looks at in the same browser.</summary>
public sealed class AppScriptTests(Chromium chromium, StubPortal stub) : BrowserTests(chromium), IClassFixture<StubPortal>
{
    private const string Add = "/admin/edit", App = "/app/quick/?page=0";

    internal override PortalUnderTest Portal => stub.Portal;

    [Theory]
    [InlineData("")]
    [InlineData("history.replaceState(null, '', '/admin/');")]
    public async Task It_cannot_read_the_form_that_adds_an_admin(string disguise)
    {
        var page = await OpenAsync();

        var status = await page.EvaluateAsync<int>(
            $"async () => {{ {disguise} return (await fetch('{Add}', {{ headers: {{ Accept: 'text/html' }} }})).status; }}");

        Assert.Equal(403, status);
    }

    [Fact]
    public async Task It_cannot_have_it_in_a_frame()
    {
        var page = await OpenAsync();

        var text = await page.EvaluateAsync<string>(
            $$"""
            () => new Promise(told => {
              const frame = document.createElement('iframe');
              frame.src = '{{Add}}';
              frame.onload = () => { try { told(frame.contentDocument.body.innerText); } catch (e) { told('kept away'); } };
              document.body.append(frame);
            })
            """);

        Assert.DoesNotContain("IP address or network", text, StringComparison.Ordinal);
        Assert.True(text is "" or "kept away", text);
    }

    [Fact]
    public async Task It_cannot_reach_into_a_window_that_it_opens()
    {
        var page = await OpenAsync();

        var opening = page.Context.WaitForPageAsync();
        await page.EvaluateAsync($"() => {{ window.taken = window.open('{Add}'); }}");
        var opened = await opening;
        await opened.WaitForLoadStateAsync();
        await Assertions.Expect(opened.GetByLabel("IP address or network")).ToBeVisibleAsync();

        Assert.True(await page.EvaluateAsync<bool>("() => window.taken.closed || !window.taken.document?.forms?.length"));
        Assert.False(await opened.EvaluateAsync<bool>("() => !!window.opener"));
    }

    [Fact]
    public async Task A_form_that_it_sends_adds_nobody()
    {
        var page = await OpenAsync();
        var before = await CountAsync();

        var answer = await page.RunAndWaitForResponseAsync(
            () => page.EvaluateAsync(
                $$"""
                () => {
                  history.replaceState(null, '', '/admin/');
                  const form = document.createElement('form');
                  [form.method, form.action] = ['post', '{{Add}}'];
                  for (const [name, value] of [['Form.Network', '10.66.0.1'], ['Form.Role', 'Admin']]) {
                    const field = document.createElement('input');
                    [field.name, field.value] = [name, value];
                    form.append(field);
                  }
                  document.body.append(form);
                  form.submit();
                }
                """),
            one => one.Request.Method is "POST");

        Assert.Equal(400, answer.Status);
        Assert.Equal(before, await CountAsync());
    }

    private async Task<int> CountAsync() => (await Portal.Service<RegisteredIpStore>().AllAsync(Cancelled)).Count;

    /// <summary>A page of an app as an admin sees it, in a browser that has been on the admin pages before.</summary>
    private async Task<IPage> OpenAsync()
    {
        using var client = Portal.ClientFrom(PortalUnderTest.Admin);
        await Eventually.TrueAsync(async () => (await client.GetAsync(new Uri(App, UriKind.Relative), Cancelled)).IsSuccessStatusCode); // else the portal's own page of a launch is shown
        var page = await BrowseFromAsync(PortalUnderTest.Admin);
        await page.GotoAsync(Add);
        await Assertions.Expect(page.GetByLabel("IP address or network")).ToBeVisibleAsync();
        await page.GotoAsync(App);
        return page;
    }
}
