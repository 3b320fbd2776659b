using System.Net;
using Bunit;
using Microsoft.AspNetCore.Http;
using Portal.Data;
using Portal.Web.Access;
using Portal.Web.Components;
using Portal.Web.Pages.Admin.Registry;
using Xunit;

namespace Portal.Tests.Components;

public sealed class RegistryTests : ScreenContext
{
    private static readonly RegistryListing Listing = RegistryListing.From(new QueryCollection());

    [Theory]
    [InlineData(0, "1 address")]
    [InlineData(16, "65,536 addresses")]
    [InlineData(32, "4,294,967,296 addresses")]
    [InlineData(80, "280 addresses")]
    public void A_registration_says_how_many_addresses_it_covers(int bits, string said)
    {
        var note = Render<CoverageNote>(one => one
            .Add(it => it.Coverage, new Coverage(bits, null, 0)).Add(it => it.Network, "10.0.0.0/16").Add(it => it.Listing, Listing));

        Assert.Equal(said, Text(note));
        Assert.Empty(note.FindAll("a"));
        Assert.Equal(bits > 32 ? 1 : 0, note.FindAll("sup").Count);
    }

    [Fact]
    public void Overlaps_say_who_decides_and_lead_to_the_others()
    {
        var note = Render<CoverageNote>(one => one
            .Add(it => it.Coverage, new Coverage(8, ARow("10.0.0.0/8"), 3)).Add(it => it.Network, "10.1.2.0/24").Add(it => it.Listing, Listing));

        var links = note.FindAll("a").Select(link => (link.TextContent, link.GetAttribute("href"))).ToList();
        Assert.Equal(("inside 10.0.0.0/8, and decides here", "/admin/?within=10.0.0.0%2F8"), links[0]);
        Assert.Equal(("3 inside, which decide for theirs", "/admin/?within=10.1.2.0%2F24"), links[1]);
    }

    [Fact]
    public void Who_was_never_seen_is_said_so_and_a_networks_guest_by_address()
    {
        var never = Render<LastSeen>(one => one.Add(it => it.Sighting, null).Add(it => it.Network, "10.0.0.7"));
        var own = Render<LastSeen>(one => one.Add(it => it.Sighting, Seen("10.0.0.7")).Add(it => it.Network, "10.0.0.7"));
        var guest = Render<LastSeen>(one => one.Add(it => it.Sighting, Seen("10.0.0.9")).Add(it => it.Network, "10.0.0.0/24"));

        Assert.Equal("Not seen yet", Text(never));
        Assert.Empty(own.FindAll("code"));
        Assert.Equal("10.0.0.9", guest.Find("code").TextContent.Trim());
    }

    [Fact]
    public void The_answer_to_who_an_address_would_be_holds_for_all_three_cases()
    {
        var row = ARow("10.0.0.7", Hostile);
        var address = IPAddress.Parse("10.0.0.7");

        var known = Answer(new WhoIs("10.0.0.7", address, row, new ClientIdentity(address, 1, Role.User, Hostile, null), [AnApp(title: Hostile)]));
        var refused = Answer(new WhoIs("10.0.0.7", address, row));
        var unknown = Answer(new WhoIs("10.0.0.7", address));

        Assert.Contains("is let in", Text(known), StringComparison.Ordinal);
        Assert.Contains(Hostile, Text(known), StringComparison.Ordinal);
        Assert.Contains("is refused", Text(refused), StringComparison.Ordinal);
        Assert.NotEmpty(refused.FindAll("dl"));
        Assert.Empty(unknown.FindAll("dl"));
        Assert.All([known, refused, unknown], answer => Assert.Empty(answer.FindAll("script")));
    }

    [Fact]
    public void A_line_of_an_import_says_what_becomes_of_it()
    {
        var changed = Row(new(3, ImportKind.Changed, "10.0.0.7", Draft(Hostile), Draft("new", Role.Admin), []));
        var added = Row(new(4, ImportKind.Added, "10.0.0.8", null, Draft(new string('W', 100)), []));
        var refused = Row(new(5, ImportKind.Refused, Hostile, null, Draft(""), [new("Network", RegistryErrorCode.NetworkInvalid)]));
        var nameless = Row(new(6, ImportKind.Refused, "", null, Draft(""), [new("", RegistryErrorCode.FileQuotes)]));

        Assert.Equal(["User", Hostile], changed.FindAll("del").Select(was => was.TextContent), StringComparer.Ordinal);
        Assert.Equal(["Administrator", "new"], changed.FindAll("ins").Select(now => now.TextContent), StringComparer.Ordinal);
        Assert.Empty(added.FindAll("del"));
        Assert.Contains("neither an IP address nor a network", Text(refused), StringComparison.Ordinal);
        Assert.Equal("–", nameless.Find("code").TextContent);
        Assert.All([changed, added, refused, nameless], row => Assert.Empty(row.FindAll("script")));
    }

    [Fact]
    public void The_same_problem_is_shown_once_with_its_lines()
    {
        ImportItem[] items =
        [
            .. Enumerable.Range(2, 3).Select(line => Refused(line, "owner")), Refused(9, "boss"), Refused(11, "owner"),
            new(12, ImportKind.Added, "10.0.0.8", null, Draft(""), []),
        ];

        var groups = ImportGroup.Of(new ImportPlan(items, [], "", Committed: false));
        var row = Render<ImportRow>(one => one.Add(it => it.Group, groups[0]));

        Assert.Equal(["2–4, 11", "9", "12"], groups.Select(group => group.Ranges), StringComparer.Ordinal);
        Assert.Equal("4 lines", row.Find("th").TextContent.Trim());
        Assert.Equal("Role: “owner”: Choose a role: admin or user.", row.Find("p").TextContent);

        ImportItem Refused(int line, string role) =>
            new(line, ImportKind.Refused, $"10.0.0.{line}", null, Draft(""), [new("Role", RegistryErrorCode.RoleInvalid, Value: role)]);
    }

    [Fact]
    public void A_time_is_shown_with_its_zone()
    {
        var at = new DateTimeOffset(2026, 12, 31, 18, 0, 0, TimeSpan.FromHours(9));
        Time.SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(2), "test", "test"));

        var row = Row(new(2, ImportKind.Added, "10.0.0.8", null, Draft("") with { ExpiresAt = at }, []));

        Assert.Contains("31 Dec 2026, 11:00 (+02:00)", Text(row), StringComparison.Ordinal);
    }

    [Fact]
    public void A_difference_shows_all_three_and_keeps_theirs_where_they_changed_it()
    {
        var theirs = Fields(new Difference("Label", "before", Hostile, "mine"));
        var mine = Fields(new Difference("Port", "", "", "8501"));

        Assert.Empty(theirs.FindAll("script"));
        Assert.Contains(Hostile, Text(theirs), StringComparison.Ordinal);
        Assert.Equal("Label", theirs.Find("input[checked]").GetAttribute("value"));
        Assert.Equal("", mine.Find("input[checked]").GetAttribute("value"));
        Assert.Contains("any", Text(mine), StringComparison.Ordinal);
    }

    private static string Text<T>(IRenderedComponent<T> component)
        where T : Microsoft.AspNetCore.Components.IComponent =>
        string.Concat(component.Nodes.Select(node => node.TextContent)).Trim();

    private static RegisteredIp ARow(string network, string label = "") => new() { Network = network, Role = Role.User, Label = label };

    private static RegisteredIpDraft Draft(string label, Role role = Role.User) => new("10.0.0.7", role, Label: label);

    private Sighting Seen(string client) => new() { RegistrationId = 1, Client = client, At = Time.GetUtcNow() };

    private IRenderedComponent<WhoIsAnswer> Answer(WhoIs who) =>
        Render<WhoIsAnswer>(one => one.Add(it => it.Who, who).Add(it => it.Listing, Listing));

    private IRenderedComponent<ImportRow> Row(ImportItem item) => Render<ImportRow>(one => one.Add(it => it.Group, new ImportGroup(item, [item.Line])));

    private IRenderedComponent<DifferenceFields> Fields(Difference difference) =>
        Render<DifferenceFields>(one => one.Add(it => it.Difference, difference).Add(it => it.Index, 0));
}
