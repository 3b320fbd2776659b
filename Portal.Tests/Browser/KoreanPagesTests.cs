using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;

namespace Portal.Tests.Browser;

/// <summary>A page in Korean has no sentence in English.</summary>
public sealed partial class KoreanPagesTests(Chromium chromium, FilledPortal filled) : BrowserTests(chromium), IClassFixture<FilledPortal>
{
    /// <summary>What a person sees, hears or is told by a field, a line each; but for code outside of tables, what a program wrote, and each announcement's own languages.</summary>
    private const string Texts = """
        () => {
          const texts = [document.title];
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
          for (let node; (node = walker.nextNode());) {
            const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
            if (element.closest('code:not(table code), pre, script, style, noscript, .languages, th [lang]')) continue;
            if (node.nodeType === Node.TEXT_NODE) texts.push(node.data);
            else for (const name of ['title', 'aria-label', 'placeholder', 'alt', 'data-busy', 'data-on', 'data-off']) texts.push(element.getAttribute(name) ?? '');
          }
          return texts.map(text => text.trim()).filter(text => text !== '');
        }
        """;

    internal override PortalUnderTest Portal => filled.Portal;

    [Fact]
    public async Task A_page_in_Korean_has_no_sentence_in_English()
    {
        var options = new BrowserNewContextOptions { Locale = "ko-KR" };
        var admin = await BrowseFromAsync(PortalUnderTest.Admin, options);
        var stranger = await BrowseFromAsync("127.0.0.200", options);
        var user = await BrowseFromAsync(PortalUnderTest.User, options);

        foreach (var path in FilledPortal.Pages)
            await CheckAsync(admin, path);
        await CheckAsync(user, "/");
        await CheckAsync(user, "/admin/");
        await CheckAsync(user, "/app/gone/");
        await CheckAsync(stranger, "/unauthorized/");
        await CheckAsync(stranger, "/unauthorized/ask");

        await admin.GotoAsync("/admin/import");
        await admin.Locator("#Pasted").FillAsync("network,role,label\n127.0.0.101,user,새 이름\n10.1,owner,");
        await admin.Locator("button.primary").ClickAsync();
        await CheckAsync(admin);
    }

    private static async Task CheckAsync(IPage page, string? path = null)
    {
        if (path is not null)
            await page.GotoAsync(path);
        var texts = await page.EvaluateAsync<string[]>(Texts);

        Assert.Contains(texts, text => Hangul().IsMatch(text));
        foreach (var text in texts)
        {
            var words = Latin().Matches(Allowed().Replace(text, " "));
            Assert.True(words.Count is 0, $"{page.Url}: {text} ({string.Join(", ", words.Select(word => word.Value))})");
        }
    }

    [GeneratedRegex("[가-힣]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Hangul();

    [GeneratedRegex("[A-Za-z]{2,}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Latin();

    /// <summary>Names, what people wrote, keys of the configuration, paths, addresses, the names of apps and programs, and terms that Korean has no other for.</summary>
    [GeneratedRegex(
        @"“[^”]*”|5G Feature Manager|Maintenance at 18:00|Portal(:[A-Za-z…]+)+|/\S+|[0-9a-f:.]*:[0-9a-f:.]+\S*|(?<![A-Za-z])(quick|broken|gone|test|root|admin|user|network|settings\.py|Streamlit|Python|Django"
        + @"|CSV|IP|IPv4|IPv6|CIDR|ID|CPU|MB|GB|MaxInstances|[A-Z]+_[A-Z]+|UTF-\d+|CP949|HTTPS|TLS|UTC|Etc)(?![A-Za-z])",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Allowed();
}
