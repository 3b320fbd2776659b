using Bunit;
using Portal.Web.Components;
using Portal.Web.Launch;
using Xunit;

namespace Portal.Tests.Components;

public sealed class SparklineTests : ScreenContext
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Nothing_is_drawn_while_there_is_no_way(int count) =>
        Assert.Equal("", Draw([.. Enumerable.Repeat(1.0, count)]).Markup.Trim());

    [Fact]
    public void The_newest_figure_is_at_the_right_edge_and_the_highest_at_the_upper_one()
    {
        var picture = Draw([0, 4, 2]);

        Assert.Equal("57,19 58,1 59,10", picture.Find("polyline").GetAttribute("points"));
        Assert.Equal("0 0 59 20", picture.Find("svg").GetAttribute("viewBox"));
    }

    [Fact]
    public void Next_to_nothing_looks_like_it() => Assert.Equal("58,19 59,18.8", Draw([0, 0.01]).Find("polyline").GetAttribute("points"));

    [Fact]
    public void Markup_in_its_words_is_text()
    {
        var picture = Draw([1, 2], Hostile);

        Assert.Equal(Hostile, picture.Find("svg").GetAttribute("aria-label"));
        Assert.Empty(picture.FindAll("script"));
    }

    [Fact]
    public void A_running_app_tells_its_course_in_words()
    {
        const long Megabyte = 1024 * 1024;
        var now = Time.GetUtcNow();
        var row = Render<InstanceRow>(row => row.Add(one => one.Status, AnInstance(InstanceState.Ready) with
        {
            Resources = new(25 * Megabyte, 0, 0.5, 1),
            History = [new(now.AddSeconds(-5), 20 * Megabyte, 0), new(now, 30 * Megabyte, 0.5)],
        }));

        Assert.Equal(
            ["Memory over the last 5 minutes: 20 MB to 30 MB", "CPU over the last 5 minutes: 0% to 50%"],
            row.FindAll("svg").Select(picture => picture.GetAttribute("aria-label")), StringComparer.Ordinal);
        Assert.Equal("instance-planner_10.0.0.7", row.Find("tr").Id);
        Assert.DoesNotContain("style=", row.Markup, StringComparison.Ordinal);
    }

    private IRenderedComponent<Sparkline> Draw(double[] values, string label = "") => Render<Sparkline>(spark => spark
        .Add(one => one.Values, values)
        .Add(one => one.Label, label));
}
