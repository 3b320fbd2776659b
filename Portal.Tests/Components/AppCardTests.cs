using Bunit;
using Portal.Web.Components;
using Portal.Web.Launch;
using Xunit;

namespace Portal.Tests.Components;

public sealed class AppCardTests : ScreenContext
{
    [Fact]
    public void An_app_that_was_not_asked_for_can_be_launched_and_not_be_stopped()
    {
        var card = Render<AppCard>(card => card.Add(one => one.App, AnApp()));

        Assert.Equal("Planner", card.Find("h2").TextContent);
        Assert.Equal("Not started", card.Find(".pill").TextContent);
        Assert.Equal("/app/planner/", card.Find("a.primary").GetAttribute("href"));
        Assert.Equal("Launch app", card.Find("a.primary").TextContent);
        Assert.Empty(card.FindAll("button"));
    }

    [Theory]
    [InlineData(InstanceState.Starting)]
    [InlineData(InstanceState.Waiting)]
    [InlineData(InstanceState.Ready)]
    public void An_app_that_is_there_is_stopped_only_after_a_question(InstanceState state)
    {
        var card = Render<AppCard>(card => card.Add(one => one.App, AnApp()).Add(one => one.Status, AnInstance(state)));

        var dialog = card.Find("dialog[popover]");
        Assert.Equal(dialog.Id, card.Find("button[type=button]").GetAttribute("popovertarget"));
        Assert.Equal("/?handler=Stop&app=planner", dialog.QuerySelector("button[type=submit]")?.GetAttribute("formaction"));
        Assert.Equal("Stop Planner?", dialog.QuerySelector(".confirm-title")?.TextContent);
    }

    [Theory]
    [InlineData(InstanceState.Queued, "Launch app", "Starting…")]
    [InlineData(InstanceState.Starting, "Launch app", "Starting…")]
    [InlineData(InstanceState.Failed, "Launch app", "Starting…")]
    [InlineData(InstanceState.Ready, "Open", "Opening…")]
    [InlineData(InstanceState.Silent, "Open", "Opening…")]
    public void What_runs_is_opened_and_not_launched(InstanceState state, string words, string busy)
    {
        var link = Render<AppCard>(card => card.Add(one => one.App, AnApp()).Add(one => one.Status, AnInstance(state))).Find("a.primary");

        Assert.Equal((words, busy), (link.TextContent, link.GetAttribute("data-busy")));
    }

    [Fact]
    public void An_app_without_its_script_says_so_before_anybody_clicks_but_not_where_it_runs()
    {
        var card = Render<AppCard>(card => card.Add(one => one.App, AnApp()).Add(one => one.Missing, true));
        var running = Render<AppCard>(card => card
            .Add(one => one.App, AnApp()).Add(one => one.Missing, true).Add(one => one.Status, AnInstance(InstanceState.Ready)));

        Assert.Equal("Cannot start", card.Find(".pill-bad").TextContent);
        Assert.Contains("script or Python is not there", card.Find(".notice").TextContent, StringComparison.Ordinal);
        Assert.Equal("/app/planner/", card.Find("a.primary").GetAttribute("href"));
        Assert.Empty(running.FindAll(".pill-bad, .notice"));
    }

    [Fact]
    public void The_launch_button_has_the_agreed_words_in_korean()
    {
        Speak("ko");

        var card = Render<AppCard>(card => card.Add(one => one.App, AnApp()));

        Assert.Equal("Streamlit 앱 실행 및 접속", card.Find("a.primary").TextContent);
    }

    [Fact]
    public void Markup_in_a_title_or_a_description_is_text()
    {
        var card = Render<AppCard>(card => card
            .Add(one => one.App, AnApp(Hostile, Hostile))
            .Add(one => one.Status, AnInstance(InstanceState.Ready)));

        Assert.Empty(card.FindAll("script"));
        Assert.Equal(Hostile, card.Find("h2").TextContent);
        Assert.Equal(Hostile, card.Find(".card-text").TextContent);
    }
}
