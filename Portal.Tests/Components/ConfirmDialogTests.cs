using Bunit;
using Portal.Web.Components;
using Xunit;

namespace Portal.Tests.Components;

public sealed class ConfirmDialogTests : ScreenContext
{
    [Fact]
    public void The_question_opens_without_script_and_only_its_second_button_acts()
    {
        var dialog = RenderDialog("10.0.0.7");

        Assert.Equal("remove-7", dialog.Find("button[type=button].quiet").GetAttribute("popovertarget"));
        Assert.Equal("Remove 10.0.0.7", dialog.Find("button[type=button].quiet").TextContent);
        Assert.Equal("hide", dialog.Find("dialog button[autofocus]").GetAttribute("popovertargetaction"));
        var act = dialog.FindAll("button[type=submit]").Single();
        Assert.Equal("/admin/?handler=Remove&id=7", act.GetAttribute("formaction"));
        Assert.Equal("actions", act.GetAttribute("form"));
    }

    [Fact]
    public void The_question_has_a_name_and_tells_what_follows()
    {
        var dialog = RenderDialog("10.0.0.7");

        Assert.Equal("Remove 10.0.0.7?", dialog.Find($"#{dialog.Find("dialog").GetAttribute("aria-labelledby")}").TextContent);
        Assert.Equal("Gone.", dialog.Find($"#{dialog.Find("dialog").GetAttribute("aria-describedby")}").TextContent);
    }

    [Fact]
    public void Markup_in_what_is_acted_on_is_text() => Assert.Empty(RenderDialog(Hostile).FindAll("script"));

    private IRenderedComponent<ConfirmDialog> RenderDialog(string subject) => Render<ConfirmDialog>(dialog => dialog
        .Add(one => one.Id, "remove-7")
        .Add(one => one.Label, "Remove")
        .Add(one => one.Subject, subject)
        .Add(one => one.Title, $"Remove {subject}?")
        .Add(one => one.Consequence, "Gone.")
        .Add(one => one.Action, "/admin/?handler=Remove&id=7"));
}
