using Bunit;
using Portal.Data;
using Portal.Web.Components;
using Xunit;

namespace Portal.Tests.Components;

public sealed class UsageTableTests : ScreenContext
{
    [Fact]
    public void A_line_has_its_sums_in_the_readers_form()
    {
        var table = Show(new UsageSum("10.0.0.7", 1234, 3700, 30 * 1024 * 1024, 2));

        Assert.Equal(["1,234", "1 h 1 min", "30 MB", "2"], table.FindAll("td").Select(cell => cell.TextContent), StringComparer.Ordinal);
        Assert.Equal("10.0.0.7", table.Find("th code").TextContent);
    }

    [Fact]
    public void Names_are_text_however_long_and_nothing_is_a_table_too()
    {
        var table = Show(new UsageSum(Hostile + new string('x', 500), 0, 0, 0, 0));

        Assert.Empty(table.FindAll("script"));
        Assert.Contains("–", table.FindAll("td").Select(cell => cell.TextContent), StringComparer.Ordinal);
        Assert.Empty(Show().FindAll("tbody tr"));
    }

    private IRenderedComponent<UsageTable> Show(params UsageSum[] sums) => Render<UsageTable>(table => table
        .Add(one => one.Id, "clients").Add(one => one.Title, Hostile).Add(one => one.Head, "Client").Add(one => one.Sums, sums)
        .Add(one => one.NameOf, of => $"{Hostile} {of}").Add(one => one.ShowsKey, true).Add(one => one.WithClients, true).Add(one => one.Note, Hostile));
}
