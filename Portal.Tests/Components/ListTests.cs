using Bunit;
using Portal.Web.Components;
using Xunit;

namespace Portal.Tests.Components;

public sealed class ListTests : ScreenContext
{
    [Theory]
    [InlineData(1, 63, "1–25 of 63", null, "/?p=2")]
    [InlineData(2, 63, "26–50 of 63", "/?p=1", "/?p=3")]
    [InlineData(3, 63, "51–63 of 63", "/?p=2", null)]
    [InlineData(1, 12345, "1–25 of 12,345", null, "/?p=2")]
    public void A_pager_says_where_it_is_and_leads_to_the_neighbours(
        int page, int total, string range, string? previous, string? next)
    {
        var pager = RenderPager(page, total);

        Assert.Equal(range, pager.Find("nav > span").TextContent);
        Assert.Equal(previous, pager.FindAll("a[rel=prev]").SingleOrDefault()?.GetAttribute("href"));
        Assert.Equal(next, pager.FindAll("a[rel=next]").SingleOrDefault()?.GetAttribute("href"));
    }

    [Theory]
    [InlineData(0, "0–0 of 0")]
    [InlineData(25, "1–25 of 25")]
    public void What_fits_on_one_page_has_no_neighbours(int total, string range)
    {
        var pager = RenderPager(1, total);

        Assert.Equal(range, pager.Find("nav > span").TextContent);
        Assert.Empty(pager.FindAll(".button"));
    }

    [Theory]
    [InlineData(false, false, null)]
    [InlineData(true, false, "ascending")]
    [InlineData(true, true, "descending")]
    public void A_heading_tells_the_order_to_those_who_cannot_see_it(bool active, bool descending, string? sort)
    {
        var head = Render<SortHeader>(head => head
            .Add(one => one.Label, Hostile)
            .Add(one => one.Link, "/admin/?sort=Port")
            .Add(one => one.Active, active)
            .Add(one => one.Descending, descending));

        Assert.Equal(sort, head.Find("th").GetAttribute("aria-sort"));
        Assert.Equal("/admin/?sort=Port", head.Find("a").GetAttribute("href"));
        Assert.Empty(head.FindAll("script"));
    }

    [Fact]
    public void An_empty_list_says_why_and_what_to_do()
    {
        var empty = Render<EmptyState>(empty => empty
            .Add(one => one.Title, "Nothing matches")
            .Add(one => one.Hint, Hostile)
            .Add(one => one.Action, "/admin/")
            .Add(one => one.ActionLabel, "Clear"));

        Assert.Equal("Nothing matches", empty.Find(".empty-title").TextContent);
        Assert.Equal("/admin/", empty.Find("a").GetAttribute("href"));
        Assert.Empty(empty.FindAll("script"));
    }

    [Fact]
    public void A_log_is_text_whatever_an_app_writes()
    {
        var log = Render<LogTail>(log => log.Add(one => one.Lines, [Hostile, new string('x', 20_000)]));

        Assert.Empty(log.FindAll("script"));
        Assert.StartsWith(Hostile + "\nxxx", log.Find("pre").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_without_lines_says_so() =>
        Assert.Equal("Nothing was written yet.", Render<LogTail>(log => log.Add(one => one.Lines, [])).Find("p").TextContent);

    [Fact]
    public void What_was_searched_for_is_marked_and_markup_around_it_is_text()
    {
        var lines = Render<MarkedLines>(lines => lines
            .Add(one => one.Lines, [$"{Hostile} and ALERT", "alert"])
            .Add(one => one.Search, "alert")
            .Add(one => one.Label, "Log"));

        Assert.Equal(["alert", "ALERT", "alert"], lines.FindAll("mark").Select(mark => mark.TextContent), StringComparer.Ordinal);
        Assert.Equal($"{Hostile} and ALERT\nalert\n", lines.Find("pre").TextContent);
        Assert.Empty(lines.FindAll("script"));
        Assert.Equal("", Render<MarkedLines>(lines => lines.Add(one => one.Search, "x")).Find("pre").TextContent);
    }

    [Theory]
    [InlineData("en", "4 Mar 2026, 05:06")]
    [InlineData("ko", "2026. 3. 4. 05:06")]
    public void A_moment_is_in_the_readers_form(string language, string text)
    {
        Speak(language);

        var moment = Render<Moment>(moment => moment.Add(one => one.At, Time.GetUtcNow()));

        Assert.Equal(text, moment.Find("time").TextContent);
        Assert.Equal("2026-03-04T05:06:07.0000000+00:00", moment.Find("time").GetAttribute("datetime"));
    }

    private IRenderedComponent<Pager> RenderPager(int page, int total) => Render<Pager>(pager => pager
        .Add(one => one.Page, page)
        .Add(one => one.PageSize, 25)
        .Add(one => one.Total, total)
        .Add(one => one.Link, number => $"/?p={number}"));
}
