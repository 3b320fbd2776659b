using System.Net;
using Portal.Data;
using Xunit;

namespace Portal.Tests.Data;

public sealed class RegistryImportTests : DatabaseTest
{
    [Fact]
    public async Task A_plan_tells_line_by_line_and_keeps_nothing()
    {
        await AddAsync(new("10.0.0.1", Role.User, 8501, "old", Notes: "kept"));
        await Database.AddAsync("10.0.0.9", port: 8509);

        var plan = await TryAsync("network,role,port,label\n10.0.0.1,user,8501,new\n10.0.0.2,admin,,two\n10.0.0.9,user,8509,\n10.0.0.300,user,,\n10.0.0.3,user,8509,\n10.0.0.2/32,user,,");

        Assert.Equal(
            [
                (2, ImportKind.Changed, "10.0.0.1", ""),
                (3, ImportKind.Added, "10.0.0.2", ""),
                (4, ImportKind.Unchanged, "10.0.0.9", ""),
                (5, ImportKind.Refused, "10.0.0.300", "Network NetworkInvalid "),
                (6, ImportKind.Refused, "10.0.0.3", "Port PortTaken 10.0.0.9"),
                (7, ImportKind.Refused, "10.0.0.2", "Network NetworkTwice 3"),
            ],
            plan.Items.Select(item => (item.Line, item.Kind, item.Network, string.Join(", ", item.Errors.Select(e => $"{e.Field} {e.Code} {e.Argument}")))));
        Assert.Equal(("old", "new", "kept"), (plan.Items[0].Before?.Label, plan.Items[0].After.Label, plan.Items[0].After.Notes));
        Assert.False(plan.CanCommit);
        Assert.Equal("old|", string.Join('|', (await Store.AllAsync(Cancelled)).Select(row => row.Label)));
    }

    [Fact]
    public async Task What_was_shown_is_done_at_once_and_said_once()
    {
        var row = await Database.AddAsync("10.0.0.1", label: "old");
        var lines = Read("network,label\n10.0.0.1,new\n10.0.0.2,two");
        var plan = await Store.TryImportAsync(lines, TemporaryDatabase.Anyone, Cancelled);
        var told = 0;
        Store.Changed += () => Task.FromResult(++told);

        var done = await Store.ImportAsync(lines, plan.Fingerprint, new Actor("ben"), Cancelled);

        Assert.True(done.Committed);
        Assert.Equal(1, told);
        var rows = await Store.AllAsync(Cancelled);
        Assert.Equal([("10.0.0.1", "new", "ben", "test"), ("10.0.0.2", "two", "ben", "ben")], rows.Select(r => (r.Network, r.Label, r.UpdatedBy, r.CreatedBy)));
        Assert.Equal(row.Id, rows[0].Id);
        Assert.NotEqual(row.Version, rows[0].Version);
    }

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("10.0.0.2")]
    [InlineData("10.0.0.3")]
    public async Task When_a_row_of_it_has_changed_in_between_nothing_is_done_and_the_new_plan_told(string network)
    {
        var row = await Database.AddAsync("10.0.0.1", label: "old");
        var same = await Database.AddAsync("10.0.0.3", label: "three");
        var lines = Read("network,label\n10.0.0.1,new\n10.0.0.2,two\n10.0.0.3,three");
        var plan = await Store.TryImportAsync(lines, TemporaryDatabase.Anyone, Cancelled);
        if (network is "10.0.0.2") await Database.AddAsync("10.0.0.2", label: "theirs");
        else if (network is "10.0.0.1") await Store.SetEnabledAsync(row.Id, row.Version, false, TemporaryDatabase.Anyone, Cancelled);
        else await Store.RemoveAsync(same.Id, same.Version, TemporaryDatabase.Anyone, Cancelled);

        var refused = await Store.ImportAsync(lines, plan.Fingerprint, TemporaryDatabase.Anyone, Cancelled);

        Assert.False(refused.Committed);
        Assert.DoesNotContain(await Store.AllAsync(Cancelled), r => r.Label is "new" or "two");
        var done = await Store.ImportAsync(lines, refused.Fingerprint, TemporaryDatabase.Anyone, Cancelled);
        Assert.True(done.Committed);
    }

    [Fact]
    public async Task Rows_exchange_their_ports()
    {
        await Database.AddAsync("10.0.0.1", port: 8501);
        await Database.AddAsync("10.0.0.2", port: 8502);
        await Database.AddAsync("10.0.0.3", port: 8503);

        var done = await DoAsync("network,port\n10.0.0.1,8502\n10.0.0.2,8501\n10.0.0.3,\n10.0.0.4,8503");

        Assert.True(done.Committed);
        Assert.Equal([8502, 8501, null, 8503], (await Store.AllAsync(Cancelled)).Select(row => row.Port));
    }

    [Fact]
    public async Task Nobody_imports_themselves_out_nor_the_last_admin_away()
    {
        var own = await Database.AddAsync("10.0.0.1", Role.Admin);
        var actor = new Actor("anna", IPAddress.Parse("10.0.0.1"), own.Id);
        var lines = Read("network,role\n10.0.0.1,user\n10.0.0.2,user");

        var plan = await Store.TryImportAsync(lines, actor, Cancelled);
        var refused = await Store.ImportAsync(lines, plan.Fingerprint, actor, Cancelled);

        Assert.Equal([RegistryErrorCode.OwnRegistration, RegistryErrorCode.LastAdmin], refused.Errors.Select(error => error.Code));
        Assert.Equal((false, false), (plan.CanCommit, refused.Committed));
        Assert.Equal(Role.Admin, Assert.Single(await Store.AllAsync(Cancelled)).Role);
    }

    /// <summary>What is planned is judged in memory, what is done by the database: they say the same.</summary>
    [Theory]
    [InlineData("10.0.0.0/29,user,", "OwnRegistration LastAdmin")]
    [InlineData("10.0.0.0/29,admin,false", "OwnRegistration LastAdmin")]
    [InlineData("10.0.0.0/29,user,\n10.0.0.9,admin,", "OwnRegistration")]
    [InlineData("10.0.0.3,user,", "OwnRegistration")]
    [InlineData("10.0.0.0/30,user,", "OwnRegistration")]
    [InlineData("10.0.0.3,admin,", "")]
    [InlineData("10.0.0.8,user,", "")]
    public async Task A_plan_says_what_the_import_would_be_refused_for(string lines, string errors)
    {
        var own = await Database.AddAsync("10.0.0.0/29", Role.Admin);
        var actor = new Actor("anna", IPAddress.Parse("10.0.0.3"), own.Id);
        var read = Read("network,role,enabled\n" + lines);

        var plan = await Store.TryImportAsync(read, actor, Cancelled);
        var done = await Store.ImportAsync(read, plan.Fingerprint, actor, Cancelled);

        Assert.Equal(errors, string.Join(' ', plan.Errors.Select(error => error.Code)));
        Assert.Equal(plan.Errors, done.Errors);
        Assert.Equal(errors.Length is 0, done.Committed);
    }

    [Fact]
    public async Task What_is_refused_names_what_stands_in_the_file()
    {
        var plan = await TryAsync("network,role,port\n10.1,owner,80\n10.0.0.4,user,\n10.0.0.4,user,");

        Assert.Equal(
            ["Role owner", "Network 10.1", "Port 80", "Network 10.0.0.4"],
            plan.Items.SelectMany(item => item.Errors).Select(error => $"{error.Field} {error.Value}"), StringComparer.Ordinal);
    }

    [Fact]
    public async Task An_import_that_changes_nothing_has_nothing_to_do()
    {
        await Database.AddAsync("10.0.0.1", label: "same");

        var done = await DoAsync("network,label\n10.0.0.1,same");

        Assert.Equal((false, false), (done.CanCommit, done.Committed));
    }

    private static IReadOnlyList<ImportLine> Read(string text) => RegistryCsv.Read(text, TimeZoneInfo.Utc);

    private Task<ImportPlan> TryAsync(string text) => Store.TryImportAsync(Read(text), TemporaryDatabase.Anyone, Cancelled);

    private async Task<ImportPlan> DoAsync(string text)
    {
        var plan = await TryAsync(text);
        return await Store.ImportAsync(Read(text), plan.Fingerprint, TemporaryDatabase.Anyone, Cancelled);
    }
}
