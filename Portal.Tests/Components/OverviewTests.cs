using Bunit;
using Portal.Web.Components;
using Portal.Web.Pages.Admin.Dashboard;
using Xunit;

namespace Portal.Tests.Components;

public sealed class OverviewTests : ScreenContext
{
    [Fact]
    public void A_figure_may_lead_on_and_markup_in_it_is_text()
    {
        var plain = Render<Figure>(figure => figure.Add(one => one.Name, Hostile).Add(one => one.Value, new string('9', 500)));
        var linked = Render<Figure>(figure => figure
            .Add(one => one.Name, "Requests").Add(one => one.Value, "3").Add(one => one.Hint, Hostile)
            .Add(one => one.Link, "/admin/requests").Add(one => one.LinkLabel, "Show"));

        Assert.Equal(Hostile, plain.Find("dt").TextContent);
        Assert.Empty(plain.FindAll("a, script"));
        Assert.Equal("Show Requests", linked.Find("a").TextContent);
        Assert.Equal(Hostile, linked.Find(".hint").TextContent);
    }

    [Theory]
    [InlineData("/admin/running", 1)]
    [InlineData(null, 0)]
    public void A_problem_says_what_how_and_where_to_mend_it(string? mend, int links)
    {
        foreach (var kind in Enum.GetValues<ProblemKind>())
        {
            var line = Render<ProblemLine>(line => line.Add(one => one.Problem, new(kind, Hostile, new string('x', 3000) + Hostile, mend)));

            Assert.Equal(Hostile, line.Find("code").TextContent);
            Assert.Equal(links, line.FindAll("a").Count);
            Assert.Empty(line.FindAll("script"));
            Assert.DoesNotContain("Problem_", line.Markup, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_chart_has_its_numbers_in_a_table()
    {
        var chart = Chart([new(Time.GetUtcNow(), 1200, 0, 3), new(Time.GetUtcNow().AddHours(1), 4, 5, 6)]);

        Assert.Equal(["05:06", "06:06"], chart.FindAll("tbody th").Select(cell => cell.TextContent), StringComparer.Ordinal);
        Assert.Equal(["1,200", "0", "3", "4", "5", "6"], chart.FindAll("td").Select(cell => cell.TextContent), StringComparer.Ordinal);
        Assert.Equal(["1200", "0", "3", "4", "5", "6"], chart.FindAll("td").Select(cell => cell.GetAttribute("data-count")), StringComparer.Ordinal);
        Assert.DoesNotContain("Nothing happened", chart.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("style=", chart.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chart_of_nothing_says_so()
    {
        Assert.Contains("Nothing happened", Chart([]).Markup, StringComparison.Ordinal);
        Assert.Contains("Nothing happened", Chart([new(Time.GetUtcNow(), 0, 0, 0)]).Markup, StringComparison.Ordinal);
    }

    private IRenderedComponent<CountChart> Chart(IReadOnlyList<CountRow> rows)
    {
        var chart = Render<CountChart>(chart => chart
            .Add(one => one.Id, "day").Add(one => one.Title, Hostile).Add(one => one.Format, "Format_Hour").Add(one => one.Rows, rows));
        Assert.Equal(Hostile, chart.Find("figcaption").TextContent);
        Assert.Empty(chart.FindAll("script"));
        return chart;
    }
}
