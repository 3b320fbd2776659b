using Microsoft.Playwright;
using Xunit;

namespace Portal.Tests.Browser;

/// <summary>Tells what lies over an element of a page.</summary>
internal static class Cover
{
    /// <summary>Returns "" where the middle is its own, and the corners are in sight and not the portal's.</summary>
    private const string Script = """
        element => {
          const box = element.getBoundingClientRect();
          const at = (x, y) => document.elementFromPoint(box.x + box.width * x, box.y + box.height * y);
          const middle = at(.5, .5);
          const corners = [[.1, .3], [.9, .3], [.1, .7], [.9, .7]].map(([x, y]) => at(x, y));
          const isOwn = middle && (element.contains(middle) || middle.contains(element));
          const isFree = corners.every(found => found && !found.closest('portal-notice'));
          if (isOwn && isFree) return '';
          return [middle, ...corners].map(found => found?.outerHTML.slice(0, 120) ?? 'nothing').join(', ');
        }
        """;

    /// <summary>Waits until a person can see and click the element.</summary>
    public static async Task IsUncoveredAsync(ILocator locator)
    {
        await Assertions.Expect(locator).ToBeVisibleAsync();
        var found = "";
        await Record.ExceptionAsync(() =>
            Eventually.TrueAsync(async () => (found = await locator.EvaluateAsync<string>(Script)) is ""));
        Assert.Equal("", found);
    }
}
