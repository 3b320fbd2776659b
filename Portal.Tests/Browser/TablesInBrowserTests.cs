using Microsoft.Playwright;
using Xunit;

namespace Portal.Tests.Browser;

/// <summary>No number, address or time is broken into two lines, whatever the language and the width; and no heading stands upright.</summary>
public sealed class TablesInBrowserTests(Chromium chromium, FilledPortal filled) : BrowserTests(chromium), IClassFixture<FilledPortal>
{
    /// <summary>Every run of letters with a digit in it (but a path), every word of a heading, and every time and address as a whole, that takes more than one line.</summary>
    private const string Broken = """
        () => {
          const found = [];
          const lines = range => new Set([...range.getClientRects()].filter(one => one.width > 1).map(one => Math.round(one.top / 4))).size;
          const look = (node, pattern) => {
            for (const match of node.data.matchAll(pattern)) {
              const range = document.createRange();
              range.setStart(node, match.index);
              range.setEnd(node, match.index + match[0].length);
              if (lines(range) > 1) found.push(match[0]);
            }
          };
          for (const table of document.querySelectorAll('table')) {
            const texts = document.createTreeWalker(table, NodeFilter.SHOW_TEXT);
            for (let node; (node = texts.nextNode());) {
              if (node.parentElement.closest('.visually-hidden, dialog')) continue;
              look(node, node.parentElement.closest('thead') ? /\S+/g : /(?<!\S)(?!\S*\/\S*\/)\S*\d\S*/g);
            }
            for (const whole of table.querySelectorAll('time, code')) {
              const range = document.createRange();
              range.selectNodeContents(whole);
              if (lines(range) > 1) found.push(whole.textContent);
            }
          }
          return found;
        }
        """;

    /// <summary>The text of each cell of numbers that takes more than one line, by the heading of its column.</summary>
    private const string BrokenCells = """
        headings => [...document.querySelectorAll('.rows td[data-label]')].filter(cell => headings.includes(cell.dataset.label)).flatMap(cell =>
          [...cell.childNodes].filter(node => node.nodeType === Node.TEXT_NODE && node.data.trim() !== '').filter(node => {
            const range = document.createRange();
            range.selectNodeContents(node);
            return new Set([...range.getClientRects()].filter(one => one.width > 1).map(one => Math.round(one.top / 4))).size > 1;
          }).map(node => node.data.trim()))
        """;

    internal override PortalUnderTest Portal => filled.Portal;

    private static string[] Numeric =>
    [
        "Port", "Process", "Memory", "CPU", "Since", "Last activity", "Connections", "Launches", "Time in use", "Most memory", "Clients", "Line",
        "포트", "프로세스", "메모리", "시작 시각", "최근 활동", "연결", "실행", "사용 시간", "최대 메모리", "접속자 수", "줄",
    ];

    [Theory]
    [InlineData("en-US", 360)]
    [InlineData("en-US", 1280)]
    [InlineData("ko-KR", 360)]
    [InlineData("ko-KR", 1280)]
    public async Task Nothing_that_is_read_as_one_is_broken_into_two_lines(string locale, int width)
    {
        var page = await BrowseFromAsync(PortalUnderTest.Admin, new()
        {
            Locale = locale,
            ViewportSize = new ViewportSize { Width = width, Height = 800 },
        });
        var tables = 0;

        foreach (var path in FilledPortal.Pages)
        {
            await page.GotoAsync(path);
            await page.EvaluateAsync("for (const one of document.querySelectorAll('details')) one.open = true");
            tables += await page.Locator("table").CountAsync();
            string[] broken = [.. await page.EvaluateAsync<string[]>(Broken), .. await page.EvaluateAsync<string[]>(BrokenCells, Numeric)];
            Assert.True(broken.Length is 0, $"{page.Url} breaks {string.Join(" | ", broken)}");
            var overflow = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth");
            Assert.True(overflow <= 0, $"{page.Url} is {overflow} px wider than the window.");
        }

        Assert.True(tables >= 8, $"{tables} tables were looked at.");
    }
}
