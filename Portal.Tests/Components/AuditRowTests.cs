using Bunit;
using Portal.Data;
using Portal.Web.Components;
using Xunit;

namespace Portal.Tests.Components;

public sealed class AuditRowTests : ScreenContext
{
    [Fact]
    public void A_change_is_told_field_by_field_and_what_stayed_is_left_out()
    {
        var row = RenderRow(AnEntry(
            """{"Network":"10.0.0.7","Role":"User","Port":null,"Enabled":true,"ExpiresAt":null}""",
            """{"Network":"10.0.0.7","Role":"Admin","Port":8501,"Enabled":false,"ExpiresAt":"2026-05-06T07:08:00+00:00"}"""));

        Assert.Equal(
            ["Role: User → Administrator", "Port: any → 8501", "State: Enabled → Disabled", "Expires: never → 6 May 2026, 07:08"],
            row.FindAll(".changes > div").Select(one =>
                $"{one.QuerySelector("dt")?.TextContent}: {one.QuerySelector("del")?.TextContent} → {one.QuerySelector("ins")?.TextContent}"),
            StringComparer.Ordinal);
    }

    [Fact]
    public void What_is_new_shows_what_was_set_and_what_is_gone_shows_what_it_was()
    {
        const string Registration = """{"Network":"10.0.0.7","Label":"","Port":null}""";

        Assert.Equal("10.0.0.7", Assert.Single(RenderRow(AnEntry(null, Registration)).FindAll("ins")).TextContent);
        Assert.Equal("10.0.0.7", Assert.Single(RenderRow(AnEntry(Registration, null)).FindAll("del")).TextContent);
    }

    [Fact]
    public void Markup_in_an_entry_is_text()
    {
        var row = RenderRow(new AuditEntry
        {
            At = Time.GetUtcNow(),
            Action = AuditAction.RegistrationAdded,
            Actor = Hostile,
            Address = Hostile + "1",
            Through = Hostile,
            Subject = Hostile,
            Detail = Hostile,
            After = """{"Notes":"<script>alert(1)</script>"}""",
        });

        Assert.Empty(row.FindAll("script"));
        Assert.Equal("Notes", row.Find("dt").TextContent);
    }

    [Fact]
    public void The_fields_of_an_announcement_have_names_and_words()
    {
        var row = RenderRow(AnEntry(
            """{"English":"a","Korean":"","Level":"Info","From":"2026-03-04T05:06:07+00:00","Until":"2026-03-05T05:06:07+00:00"}""",
            """{"English":"b","Korean":"","Level":"Problem","From":"2026-03-04T05:06:07+00:00","Until":null}"""));

        Assert.Equal(["In English", "Level", "Until"], row.FindAll("dt").Select(name => name.TextContent), StringComparer.Ordinal);
        Assert.Equal(["b", "Problem", "until removed"], row.FindAll("ins").Select(value => value.TextContent), StringComparer.Ordinal);
    }

    [Fact]
    public void What_was_collapsed_says_how_often()
    {
        var entry = AnEntry(null, null);
        entry.Count = 12;

        Assert.Equal("× 12", RenderRow(entry).Find(".badge").TextContent);
    }

    private static AuditEntry AnEntry(string? before, string? after) => new()
    {
        At = DateTimeOffset.UnixEpoch,
        Action = AuditAction.RegistrationChanged,
        Actor = "Ann",
        Subject = "10.0.0.7",
        Before = before,
        After = after,
    };

    private IRenderedComponent<AuditRow> RenderRow(AuditEntry entry) =>
        Render<AuditRow>(row => row.Add(one => one.Entry, entry));
}
