using Portal.Web.Commands;
using Xunit;

namespace Portal.Tests.Commands;

/// <summary>Whether the program is asked for a command, and what a terminal is given.</summary>
public sealed class PortalCommandTests
{
    [Theory]
    [InlineData("", false)]
    [InlineData("--urls http://127.0.0.1:18000", false)]
    [InlineData("--urls=http://127.0.0.1:18000 --Portal:DataDirectory=/srv/portal", false)]
    [InlineData("Portal:DataDirectory=/srv/portal", false)]
    [InlineData("--help", true)]
    [InlineData("--Portal:DataDirectory=/srv/portal registry list", true)]
    [InlineData("--Portal:DataDirectory /srv/portal doctor", true)]
    [InlineData("start", true)]
    public void Configuration_alone_starts_the_portal(string arguments, bool isCommand) =>
        Assert.Equal(isCommand, PortalCommand.IsIn(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    [Theory]
    [InlineData("Ann's desk", "Ann's desk")]
    [InlineData("\e[31mred\e]0;title\a", "\uFFFD[31mred\uFFFD]0;title\uFFFD")]
    [InlineData("a\nb\tc", "a b c")]
    [InlineData("\u202Egnp.exe\u2066\u200F\u2028", "\uFFFDgnp.exe\uFFFD\uFFFD\uFFFD")]
    [InlineData("한글 😀", "한글 😀")]
    public void What_could_drive_a_terminal_is_replaced(string text, string shown) => Assert.Equal(shown, PlainText.Line(text));

    [Theory]
    [InlineData("short", 5, "short")]
    [InlineData("longer", 5, "long…")]
    [InlineData("한글라벨", 6, "한글…")]
    public void A_text_that_does_not_fit_is_cut_by_columns(string text, int width, string fitted)
    {
        Assert.Equal(fitted, PlainText.Fit(text, width));
        Assert.True(PlainText.Width(fitted) <= width);
    }
}
