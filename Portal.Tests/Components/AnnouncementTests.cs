using Bunit;
using Portal.Data;
using Portal.Web.Components;
using Portal.Web.Pages.Admin.Announcing;
using Xunit;

namespace Portal.Tests.Components;

public sealed class AnnouncementTests : ScreenContext
{
    [Fact]
    public void Nothing_to_announce_takes_no_room()
    {
        var list = Render<AnnouncementList>(one => one.Add(it => it.Announcements, []));

        Assert.Equal("", list.Markup.Trim());
    }

    [Fact]
    public void Markup_and_long_words_are_text()
    {
        var announcement = Of(Hostile, new string('W', Announcement.MaxText));

        var list = Render<AnnouncementList>(one => one.Add(it => it.Announcements, [announcement]));
        var row = Render<AnnouncementRow>(one => one.Add(it => it.Row, announcement));

        Assert.Empty(list.FindAll("script"));
        Assert.Contains(Hostile, list.Find("li").TextContent, StringComparison.Ordinal);
        Assert.Empty(row.FindAll("script"));
        Assert.Equal(["en", "ko"], row.FindAll("th [lang]").Select(text => text.GetAttribute("lang")), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData(-2, -1, "pill-idle")]
    [InlineData(-2, 1, "pill-good")]
    [InlineData(-2, null, "pill-good")]
    [InlineData(1, null, "pill-soon")]
    public void The_list_says_whether_it_is_shown(int from, int? until, string pill)
    {
        var now = Time.GetUtcNow();

        var row = Render<AnnouncementRow>(one => one.Add(it => it.Row, Of("x", "", now.AddHours(from), until is { } hours ? now.AddHours(hours) : null)));

        Assert.NotNull(row.Find("." + pill));
    }

    [Fact]
    public void What_is_wrong_stands_beside_its_field()
    {
        var fields = Render<AnnouncementFields>(one => one
            .Add(it => it.Form, new AnnouncementForm { Korean = Hostile })
            .Add(it => it.Errors, [new AnnouncementError("Until", AnnouncementErrorCode.UntilInPast)]));

        Assert.Empty(fields.FindAll("script"));
        Assert.Equal("true", fields.Find("#Until").GetAttribute("aria-invalid"));
        Assert.True(fields.Find("#Until").HasAttribute("autofocus"));
        Assert.Null(fields.Find("#Korean").GetAttribute("aria-invalid"));
    }

    private Announcement Of(string english, string korean, DateTimeOffset? from = null, DateTimeOffset? until = null) => new()
    {
        Id = 7,
        English = english,
        Korean = korean,
        From = from ?? Time.GetUtcNow().AddHours(-1),
        Until = until,
        UpdatedBy = Hostile,
    };
}
