using AngleSharp.Dom;
using Bunit;
using Portal.Data;
using Portal.Web.Components;
using Portal.Web.Launch;
using Portal.Web.Pages.Admin.Registry;
using Xunit;

namespace Portal.Tests.Components;

public sealed class RowTests : ScreenContext
{
    private static readonly RegistryListing Listing = new("desk", RegisteredIpSort.Port, Descending: true, Page: 2, PageSize: 50);

    [Fact]
    public void A_registration_shows_what_it_admits_and_what_can_be_done()
    {
        var row = RenderRow(ARegistration("Ann"), own: true);

        Assert.Equal("10.0.0.7", row.Find("th code").TextContent);
        Assert.Equal("you", row.Find(".you").TextContent);
        Assert.StartsWith("/admin/edit/7?search=desk", row.Find("a").GetAttribute("href"), StringComparison.Ordinal);
        Assert.Equal("Disable Remove", string.Join(' ', row.FindAll("button.danger").Select(button => button.TextContent)));
    }

    [Fact]
    public void An_action_on_a_registration_names_the_version_that_was_seen_and_the_list_to_return_to()
    {
        var registration = ARegistration("Ann");

        var action = RenderRow(registration).Find("#remove-7 button.danger").GetAttribute("formaction");

        Assert.Equal(
            $"/admin/?handler=Remove&id=7&version={registration.Version}&search=desk&sort=Port&order=desc&p=2&size=50", action);
    }

    [Fact]
    public void To_disable_is_offered_before_to_remove()
    {
        var offered = RenderRow(ARegistration("Ann")).FindAll("td.actions > button").Select(button => button.TextContent).ToList();

        Assert.Equal(["Disable 10.0.0.7", "Remove 10.0.0.7"], offered, StringComparer.Ordinal);
    }

    [Fact]
    public void A_disabled_registration_is_enabled_without_a_question()
    {
        var row = RenderRow(ARegistration("Ann", enabled: false));

        var enable = row.Find("button[type=submit]:not(.danger)");
        Assert.Equal("Enable 10.0.0.7", enable.TextContent);
        Assert.StartsWith("/admin/?handler=Enable&id=7", enable.GetAttribute("formaction"), StringComparison.Ordinal);
        Assert.Empty(row.FindAll("#disable-7"));
    }

    [Fact]
    public void Markup_in_a_label_or_a_name_is_text()
    {
        Assert.Empty(RenderRow(ARegistration(Hostile)).FindAll("script"));
        Assert.Equal(Hostile, RenderRow(ARegistration("Ann", notes: Hostile)).Find(".notes").TextContent);
        Assert.Empty(RenderRow(ARegistration("Ann", notes: Hostile)).FindAll("script"));
        Assert.Empty(RenderInstance(AnInstance(InstanceState.Ready, name: Hostile, app: AnApp(Hostile))).FindAll("script"));
    }

    [Fact]
    public void A_running_app_shows_whose_it_is_what_it_takes_and_can_be_restarted_and_stopped()
    {
        const long Megabyte = 1024 * 1024;
        var row = RenderInstance(AnInstance(InstanceState.Ready) with { Resources = new(25 * Megabyte, 1500 * Megabyte, 0.5, 1) });

        Assert.Equal(
            "Planner | Running | 4711 port 8501 | 25 MB + 1.5 GB shared | 50% | 4 Mar 2026, 05:01 | 42 s ago | 3",
            string.Join(" | ", row.FindAll("td[data-label]").Select(WordsOf)));
        Assert.Equal("/admin/log?client=10.0.0.7&app=planner", row.Find("a").GetAttribute("href"));
        Assert.Equal(
            "/admin/running?handler=Restart&client=10.0.0.7&app=planner /admin/running?handler=Stop&client=10.0.0.7&app=planner",
            string.Join(' ', row.FindAll(".danger").Select(button => button.GetAttribute("formaction"))));
    }

    [Fact]
    public void What_does_not_answer_says_for_how_long()
    {
        var row = RenderInstance(AnInstance(InstanceState.Silent) with { SilentFor = TimeSpan.FromSeconds(75) });

        Assert.Contains("no answer for 1 min 15 s", row.Markup, StringComparison.Ordinal);
        Assert.Equal(2, row.FindAll(".danger").Count);
    }

    [Fact]
    public void What_failed_cannot_be_stopped_and_may_be_tried_again() => Assert.Equal(
        "/admin/running?handler=Reset&client=10.0.0.7&app=planner",
        Assert.Single(RenderInstance(AnInstance(InstanceState.Failed, LaunchFailureReason.Exited)).FindAll("button")).GetAttribute("formaction"));

    private static string WordsOf(IElement cell) =>
        string.Join(' ', cell.ChildNodes.Select(node => node.TextContent.Trim()).Where(text => text.Length > 0));

    private IRenderedComponent<RegistryRow> RenderRow(RegisteredIp registration, bool own = false) => Render<RegistryRow>(row => row
        .Add(one => one.Row, registration)
        .Add(one => one.Listing, Listing)
        .Add(one => one.Own, own));

    private IRenderedComponent<InstanceRow> RenderInstance(InstanceStatus status) => Render<InstanceRow>(row => row.Add(one => one.Status, status));

    private static RegisteredIp ARegistration(string label, bool enabled = true, string notes = "") => new()
    {
        Id = 7,
        Network = "10.0.0.7",
        Role = Role.User,
        Port = 8501,
        Label = label,
        Notes = notes,
        Enabled = enabled,
        UpdatedBy = label,
        Version = Guid.NewGuid(),
    };
}
