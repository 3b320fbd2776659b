using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Portal.Data;
using Xunit;

namespace Portal.Tests.Pages.Admin;

/// <summary>The registry's page, as the real portal serves it to an admin.</summary>
public sealed class RegistryPageTests(PortalUnderTest portal) : IClassFixture<PortalUnderTest>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("127.0.0.101", "127.0.0.101 is let in.", "127.0.0.101 | Enabled | User | stub | any")]
    [InlineData("::ffff:127.0.0.1", "127.0.0.1 is let in.", "127.0.0.1 | Enabled | Administrator | stub, admins | any")]
    [InlineData("10.77.1.9", "10.77.1.9 is let in.", "10.77.0.0/16 Lab | Expires soon | User | stub | any")]
    [InlineData("10.77.1.2", "10.77.1.2 is refused: the registration", "10.77.1.2 | Disabled | Administrator | stub, admins | 9477")]
    [InlineData("2001:0db8:77::5", "2001:db8:77::5 is let in.", "2001:db8:77::/48 | Enabled | User | stub | any")]
    [InlineData("2001:db8:78::5", "2001:db8:78::5 is refused: no registration", "")]
    [InlineData(" 203.0.113.9 ", "203.0.113.9 is refused: no registration", "")]
    public async Task An_address_that_is_asked_about_is_answered_by_the_row_that_decides(string asked, string verdict, string facts)
    {
        await RegisterAsync();

        var page = await AskAsync($"/admin/?who={Uri.EscapeDataString(asked)}&role=User");

        var answer = Assert.Single(page.QuerySelectorAll(".answer"));
        Assert.StartsWith(verdict, Words(answer.QuerySelector("p")), StringComparison.Ordinal);
        Assert.Equal(facts, string.Join(" | ", answer.QuerySelectorAll("dd").SkipLast(1).Select(Words)));
        Assert.Equal("User", page.QuerySelector("details.ask input[name=role]")?.GetAttribute("value"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("10.1")]
    [InlineData("10.0.0.0/8")]
    [InlineData("<b>")]
    public async Task What_is_no_address_is_said_beside_the_field(string typed)
    {
        var page = await AskAsync($"/admin/?who={Uri.EscapeDataString(typed)}");

        var field = page.QuerySelector("#who");
        Assert.Equal((typed, "true", "who-error"), (field?.GetAttribute("value"), field?.GetAttribute("aria-invalid"), field?.GetAttribute("aria-describedby")));
        Assert.NotNull(page.QuerySelector("#who-error"));
        Assert.Empty(page.QuerySelectorAll(".answer"));
    }

    [Fact]
    public async Task Who_came_through_a_registration_last_is_told_in_the_list_and_in_the_answer()
    {
        await portal.Service<RegisteredIpStore>().AddAsync(new("127.0.9.0/24", Role.User, Label: "Visitors"), new Actor("test"), Cancelled);
        using (await portal.ClientFrom("127.0.9.7").GetAsync("/", Cancelled)) { }

        var page = await AskAsync("/admin/?search=Visitors&who=127.0.9.9");

        var year = TimeProvider.System.GetUtcNow().Year;
        foreach (var seen in new[] { page.QuerySelector("tbody td .by:has(code)"), page.QuerySelector(".answer dd:last-child") })
            Assert.Matches($"^(Last seen )?[0-9]+ [A-Z][a-z]+ {year}, [0-9:]+ 127.0.9.7$", Words(seen));
        Assert.Contains("Not seen yet", Words((await AskAsync("/admin/?search=192.0.2.1")).QuerySelector("tbody")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_tells_how_much_it_covers_and_leads_to_those_that_it_overlaps_with()
    {
        await RegisterAsync();

        var page = await AskAsync("/admin/?search=10.77.1.2");
        var notes = page.QuerySelectorAll("tbody th .by").Select(Words).ToList();
        var inside = await AskAsync(page.QuerySelector("tbody th .by a")?.GetAttribute("href") ?? "");

        Assert.Equal(["65,536 addresses 1 inside, which decide for theirs", "1 address inside 10.77.0.0/16, and decides here"], notes, StringComparer.Ordinal);
        Assert.Equal(["10.77.0.0/16", "10.77.1.2"], inside.QuerySelectorAll("tbody th > code").Select(Words), StringComparer.Ordinal);
        Assert.Equal("10.77.0.0/16", inside.QuerySelector("form.filter input[name=within]")?.GetAttribute("value"));
        var ipv6 = await AskAsync("/admin/?search=2001:db8:77::/48");
        Assert.Equal("280 addresses", Words(ipv6.QuerySelector("tbody th .by")));
        Assert.Equal("80", ipv6.QuerySelector("tbody th .by sup")?.TextContent);
    }

    [Fact]
    public async Task What_expires_soon_is_counted_at_the_head_and_one_click_away()
    {
        await RegisterAsync();

        var head = (await AskAsync("/admin/")).QuerySelector(".notice.soon a");
        var list = await AskAsync(head?.GetAttribute("href") ?? "");

        Assert.Equal("Registrations that expire within 14 days: 1", head?.TextContent);
        Assert.Equal("10.77.0.0/16", Assert.Single(list.QuerySelectorAll("tbody th code")).TextContent);
        Assert.Equal("Expiring", list.QuerySelector("#state option[selected]")?.GetAttribute("value"));
    }

    private async Task RegisterAsync()
    {
        RegisteredIpDraft[] drafts =
        [
            new("10.77.0.0/16", Role.User, Label: "Lab", ExpiresAt: TimeProvider.System.GetUtcNow().AddDays(3)),
            new("10.77.1.2", Role.Admin, 9477, Enabled: false),
            new("2001:db8:77::/48", Role.User),
        ];
        foreach (var draft in drafts)
            await portal.Service<RegisteredIpStore>().AddAsync(draft, new Actor("test"), Cancelled);
    }

    private async Task<IHtmlDocument> AskAsync(string path)
    {
        using var answer = await portal.ClientFrom(PortalUnderTest.Admin).GetAsync(path, Cancelled);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync(Cancelled), Cancelled);
    }

    private static string Words(IElement? shown) =>
        string.Join(' ', (shown?.TextContent ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
