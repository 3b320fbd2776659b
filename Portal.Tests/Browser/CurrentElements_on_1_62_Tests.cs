using Microsoft.Playwright;
using Portal.Data;
using Portal.Tests.Doubles;
using Xunit;

namespace Portal.Tests.Browser;

/// <summary>What only a page of Streamlit 1.62 can show.</summary>
public sealed class CurrentElements_on_1_62_Tests(Chromium chromium) : BrowserTests(chromium)
{
    private const string Script = """
        import streamlit as st
        st.text(f"address: {st.context.url}")
        show = st.components.v2.component(
            "show",
            html="<p id='out'>not yet</p>",
            js='export default ({ parentElement }) => { parentElement.querySelector("#out").textContent = "component at work"; }',
        )
        show()
        """;

    private readonly PortalUnderTest _portal = new();

    internal override PortalUnderTest Portal => _portal;

    public override async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(_portal.Ground.Script, Script, Cancelled);
        _portal.Apps = [new StubApp("today") { Python = StreamlitVersion.PythonOf(StreamlitVersion.Current) }];
        _portal.Settings["Portal:Launch:Mode"] = "Prefork";
        _portal.Settings["Portal:Launch:StartTimeout"] = "00:01:00";
        await _portal.InitializeAsync();
    }

    [Fact]
    public async Task An_app_knows_its_address_and_its_components_work()
    {
        await Portal.AddAsync(new RegisteredIpDraft("127.0.8.1", Role.User));
        var page = await BrowseFromAsync("127.0.8.1");
        await page.GotoAsync("/app/today/");

        await Assertions.Expect(page.GetByText("component at work")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText($"address: {new Uri(page.Url).GetLeftPart(UriPartial.Path).TrimEnd('/')}")).ToBeVisibleAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _portal.DisposeAsync();
    }
}
