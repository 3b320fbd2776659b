using Microsoft.EntityFrameworkCore;
using Portal.Data;
using Xunit;

namespace Portal.Tests.Data;

public sealed class AnnouncementStoreTests : DatabaseTest
{
    private static readonly DateTimeOffset Tomorrow = TimeProvider.System.GetUtcNow().AddDays(1);
    private static readonly Actor Kim = new("Kim");

    private AnnouncementStore Announcements => new(Database, TimeProvider.System);

    [Fact]
    public async Task What_is_announced_is_listed_and_on_record_until_it_is_removed()
    {
        var added = await Announcements.AddAsync(new(" Maintenance\nat noon ", "정오 점검", AnnouncementLevel.Warning, Until: Tomorrow), Kim, Cancelled);
        var row = Assert.IsType<Announcement>(added.Row);
        var changed = await Announcements.UpdateAsync(row.Id, row.Version, new("Maintenance at one", "", AnnouncementLevel.Info), Kim, Cancelled);
        Assert.True(changed.Succeeded);

        var listed = Assert.Single(await Announcements.UpcomingAsync(Cancelled));
        Assert.Equal(("Maintenance at one", "", AnnouncementLevel.Info, null, row.From), (listed.English, listed.Korean, listed.Level, listed.Until, listed.From));
        Assert.True(listed.IsDue(TimeProvider.System.GetUtcNow()));
        Assert.Equal("Maintenance at one", listed.In("ko"));
        Assert.True((await Announcements.RemoveAsync(listed.Id, listed.Version, Kim, Cancelled)).Succeeded);
        Assert.Empty(await Announcements.UpcomingAsync(Cancelled));

        await using var context = await ((IDbContextFactory<PortalDbContext>)Database).CreateDbContextAsync(Cancelled);
        var record = await context.AuditEntries.OrderBy(entry => entry.Id).ToListAsync(Cancelled);
        Assert.Equal(
            [AuditAction.AnnouncementAdded, AuditAction.AnnouncementChanged, AuditAction.AnnouncementRemoved], record.Select(entry => entry.Action));
        Assert.Contains("Maintenance at noon", record[0].After, StringComparison.Ordinal);
        Assert.Equal((record[0].After, record[1].After, null), (record[1].Before, record[2].Before, record[2].After));
        Assert.All(record, entry => Assert.Equal(("Kim", $"announcement {row.Id}"), (entry.Actor, entry.Subject)));
    }

    [Fact]
    public async Task Every_mistake_is_named_with_its_field_and_nothing_is_kept()
    {
        var past = TimeProvider.System.GetUtcNow().AddHours(-1);

        Assert.Equal(["English TextRequired"], await ErrorsAsync(new(" ", null, AnnouncementLevel.Info)), StringComparer.Ordinal);
        Assert.Equal(
            ["English TextTooLong", "Korean TextInvalid", "Level LevelInvalid"],
            await ErrorsAsync(new(new string('x', 301), "a\u202Eb", (AnnouncementLevel)9)),
            StringComparer.Ordinal);
        Assert.Equal(["Until UntilInPast"], await ErrorsAsync(new("x", "", default, From: past.AddHours(-1), Until: past)), StringComparer.Ordinal);
        Assert.Equal(["Until UntilBeforeFrom"], await ErrorsAsync(new("x", "", default, From: Tomorrow.AddDays(1), Until: Tomorrow)), StringComparer.Ordinal);
        Assert.Equal(
            ["From MomentInvalid", "Until MomentInvalid"],
            await ErrorsAsync(new("x", "", default, From: DateTimeOffset.MinValue, Until: DateTimeOffset.MinValue)),
            StringComparer.Ordinal);
        Assert.Empty(await Announcements.UpcomingAsync(Cancelled));
    }

    [Fact]
    public async Task Who_comes_second_sees_what_the_first_wrote_and_overwrites_nothing()
    {
        var row = (await Announcements.AddAsync(new("one", "", default), Kim, Cancelled)).Row!;
        await Announcements.UpdateAsync(row.Id, row.Version, new("two", "", default), Kim, Cancelled);

        var late = await Announcements.UpdateAsync(row.Id, row.Version, new("three", "", default), Kim, Cancelled);
        var removal = await Announcements.RemoveAsync(row.Id, row.Version, Kim, Cancelled);
        var gone = await Announcements.UpdateAsync(99, row.Version, new("four", "", default), Kim, Cancelled);

        Assert.Equal(("two", AnnouncementErrorCode.ChangedMeanwhile), (late.Row?.English, Assert.Single(late.Errors).Code));
        Assert.Equal(AnnouncementErrorCode.ChangedMeanwhile, Assert.Single(removal.Errors).Code);
        Assert.Equal(AnnouncementErrorCode.NotFound, Assert.Single(gone.Errors).Code);
        Assert.Equal("two", Assert.Single(await Announcements.UpcomingAsync(Cancelled)).English);
    }

    private async Task<IEnumerable<string>> ErrorsAsync(AnnouncementDraft draft) =>
        (await Announcements.AddAsync(draft, Kim, Cancelled)).Errors.Select(error => $"{error.Field} {error.Code}");
}
