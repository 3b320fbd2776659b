using Portal.Data;
using Xunit;

namespace Portal.Tests.Data;

public sealed class AuditStoreTests : DatabaseTest
{
    private AuditStore Audit => new(Database);

    [Fact]
    public async Task Pages_come_newest_first_and_stand_while_more_is_written()
    {
        await WriteAsync([.. Enumerable.Range(0, 7).Select(number => Entry($"{number}", minute: number / 3))]);

        var first = await Audit.ListAsync(new(), null, null, 3, Cancelled);
        await WriteAsync([Entry("new", minute: 9)]);
        var second = await Audit.ListAsync(new(), AuditCursor.Of(first.Items[^1]), null, 3, Cancelled);
        var third = await Audit.ListAsync(new(), AuditCursor.Of(second.Items[^1]), null, 3, Cancelled);
        var back = await Audit.ListAsync(new(), null, AuditCursor.Of(second.Items[0]), 3, Cancelled);
        var newest = await Audit.ListAsync(new(), null, AuditCursor.Of(back.Items[0]), 3, Cancelled);

        Assert.Equal(("6 5 4", false, true), Said(first));
        Assert.Equal(("3 2 1", true, true), Said(second));
        Assert.Equal(("0", true, false), Said(third));
        Assert.Equal(("6 5 4", true, true), Said(back));
        Assert.Equal(("new", false, true), Said(newest));
    }

    [Fact]
    public async Task What_was_done_is_counted_by_the_hour()
    {
        await WriteAsync([.. Enumerable.Range(0, 4).Select(third => Entry("a", AuditAction.AppLaunched, minute: 40 * third)), Entry("b", AuditAction.AppStopped)]);
        var refused = Entry("c", AuditAction.AccessRefused, minute: 61);
        refused.Count = 7;
        await WriteAsync([refused]);
        var start = Database.Time.GetUtcNow();

        var counts = await Audit.CountAsync([AuditAction.AppLaunched, AuditAction.AccessRefused], start, start.AddHours(2), Cancelled);

        Assert.Equal([new(AuditAction.AppLaunched, 0, 2), new(AuditAction.AppLaunched, 1, 1), new(AuditAction.AccessRefused, 1, 7)], counts);
        Assert.Empty(await Audit.CountAsync([AuditAction.AppLaunched], start.AddDays(1), start.AddDays(2), Cancelled));
    }

    [Fact]
    public async Task Filters_narrow_by_what_who_and_when_and_by_text_anywhere()
    {
        await WriteAsync(
        [
            Entry("a", AuditAction.AppLaunched, "Ann", "10.0.0.1"),
            Entry("b", AuditAction.AppStopped, "Ben", "10.0.0.2", 5),
            Entry("c_%", AuditAction.AppStopped, "관리자", "10.0.0.11", 9, """{"Label":"Desk"}"""),
        ]);
        var start = Database.Time.GetUtcNow();

        Assert.Equal("c_% b", await FindAsync(new(Action: AuditAction.AppStopped)));
        Assert.Equal("a", await FindAsync(new(Who: "::ffff:10.0.0.1")));
        Assert.Equal("b", await FindAsync(new(Who: "ben")));
        Assert.Equal("c_%", await FindAsync(new("관리")));
        Assert.Equal("c_%", await FindAsync(new("desk")));
        Assert.Equal("c_%", await FindAsync(new("_")));
        Assert.Equal("c_%", await FindAsync(new("%")));
        Assert.Equal("c_% b", await FindAsync(new(From: start.AddMinutes(5))));
        Assert.Equal("b a", await FindAsync(new(Until: start.AddMinutes(9))));
        Assert.Equal("", await FindAsync(new("10.0.0.1", AuditAction.AppStopped, "Ann")));
    }

    [Fact]
    public async Task All_of_it_is_read_page_by_page_while_more_is_written()
    {
        await WriteAsync([.. Enumerable.Range(0, 2001).Select(number => Entry($"{number}", minute: number / 500))]);

        var read = new List<string>();
        await foreach (var entry in Audit.ReadAsync(new(), Cancelled))
        {
            if (read.Count is 10) await WriteAsync([Entry("new", minute: 9)]);
            read.Add(entry.Subject);
        }

        Assert.Equal(Enumerable.Range(0, 2001).Reverse().Select(number => $"{number}"), read, StringComparer.Ordinal);
        Assert.Equal("new 2000", string.Join(' ', (await Audit.LastWrittenAsync(2, Cancelled)).Reverse().Select(entry => entry.Subject)));
    }

    [Theory]
    [InlineData("At <= 5 AND (At < 5 OR Id < 7)", "IX_AuditEntries_At")]
    [InlineData("Action = 'AppStopped' AND At <= 5 AND (At < 5 OR Id < 7)", "IX_AuditEntries_Action_At")]
    [InlineData("Address = '10.0.0.1' AND At <= 5 AND (At < 5 OR Id < 7)", "IX_AuditEntries_Address_At")]
    public void A_page_is_read_along_an_index_and_never_sorted(string condition, string index)
    {
        using var connection = Database.OpenRaw();
        using var command = connection.CreateCommand();
        command.CommandText = $"EXPLAIN QUERY PLAN SELECT * FROM AuditEntries WHERE {condition} ORDER BY At DESC, Id DESC LIMIT 51";
        using var rows = command.ExecuteReader();

        Assert.True(rows.Read());
        Assert.Contains(index, rows.GetString(3), StringComparison.Ordinal);
        Assert.False(rows.Read());
    }

    [Theory]
    [InlineData("5-7", true)]
    [InlineData("5", false)]
    [InlineData("-5-7", false)]
    [InlineData("99999999999999999999-7", false)]
    [InlineData("9223372036854775807-7", false)]
    [InlineData(null, false)]
    public void A_place_is_read_from_its_text_alone(string? text, bool isOne)
    {
        Assert.Equal(isOne, AuditCursor.TryParse(text, out var place));
        if (isOne) Assert.Equal(text, place.ToString());
    }

    [Fact]
    public async Task What_is_too_old_goes_some_at_a_time()
    {
        await WriteAsync([.. Enumerable.Range(0, 5).Select(number => Entry($"{number}", minute: number))]);
        var moment = Database.Time.GetUtcNow().AddMinutes(3);

        Assert.True(await Audit.RemoveBeforeAsync(moment, 2, Cancelled));
        Assert.False(await Audit.RemoveBeforeAsync(moment, 2, Cancelled));

        Assert.Equal("4 3", await FindAsync(new()));
    }

    [Fact]
    public async Task Of_refusals_the_latest_stay_and_nothing_else_makes_way_for_them()
    {
        await WriteAsync([Entry("launched", minute: 0), .. Enumerable.Range(1, 5).Select(number => Entry($"{number}", AuditAction.AccessRefused, minute: number))]);

        Assert.True(await Audit.RemoveRefusalsAsync(keep: 2, atMost: 2, Cancelled));
        Assert.False(await Audit.RemoveRefusalsAsync(keep: 2, atMost: 2, Cancelled));
        Assert.False(await Audit.RemoveRefusalsAsync(keep: 2, atMost: 2, Cancelled));

        Assert.Equal("5 4 launched", await FindAsync(new()));
    }

    private static (string Items, bool HasNewer, bool HasOlder) Said(AuditPage page) =>
        (string.Join(' ', page.Items.Select(entry => entry.Subject)), page.HasNewer, page.HasOlder);

    private async Task<string> FindAsync(AuditFilter filter) =>
        Said(await Audit.ListAsync(filter, null, null, 10, Cancelled)).Items;

    private AuditEntry Entry(
        string subject,
        AuditAction action = AuditAction.AppLaunched,
        string actor = "",
        string address = "",
        int minute = 0,
        string? after = null) => new()
        {
            At = Database.Time.GetUtcNow().AddMinutes(minute),
            Action = action,
            Actor = actor,
            Address = address,
            Subject = subject,
            After = after,
        };

    private async Task WriteAsync(IReadOnlyList<AuditEntry> entries)
    {
        await using var context = Database.CreateDbContext();
        context.AuditEntries.AddRange(entries);
        await context.SaveChangesAsync(Cancelled);
    }
}
