using System.Net;
using Microsoft.EntityFrameworkCore;
using Portal.Data;
using Xunit;

namespace Portal.Tests.Data;

public sealed class AccessRequestStoreTests : DatabaseTest
{
    private static readonly IPAddress Client = IPAddress.Parse("10.0.0.9");
    private static readonly Actor Anna = new("anna");

    private AccessRequestStore Requests => new(Database, Store, Database.Time);

    [Fact]
    public async Task A_request_is_kept_as_plain_text_and_is_on_record()
    {
        Assert.Empty(await AskAsync("  김 <b> ", "line one\r\nline two"));

        var request = await LatestAsync();
        Assert.Equal(
            ("10.0.0.9", "김 <b>", "line one line two", AccessRequestState.Open, Database.Time.GetUtcNow()),
            (request.Client, request.Name, request.Reason, request.State, request.AskedAt));
        var entry = Assert.Single(await EntriesAsync());
        Assert.Equal(
            (AuditAction.AccessRequested, "10.0.0.9", "10.0.0.9", "김 <b>: line one line two"),
            (entry.Action, entry.Actor, entry.Address, entry.Detail));
    }

    [Theory]
    [InlineData(null, " ", AskRefusal.NameRequired, AskRefusal.ReasonRequired)]
    [InlineData("a\u0000b", "a\u202Eb", AskRefusal.NameInvalid, AskRefusal.ReasonInvalid)]
    public async Task What_is_wrong_with_the_texts_is_told_and_nothing_is_kept(string? name, string reason, params AskRefusal[] refusals)
    {
        Assert.Equal(refusals, await AskAsync(name, reason));
        Assert.Equal(
            [AskRefusal.NameTooLong, AskRefusal.ReasonTooLong], await AskAsync(new string('a', 101), new string('b', 501)));

        Assert.Equal(0, await Requests.CountOpenAsync(Cancelled));
        Assert.Empty(await EntriesAsync());
    }

    [Fact]
    public async Task An_address_has_one_open_request_in_whatever_form_it_is_written()
    {
        await AskAsync();

        Assert.Equal([AskRefusal.AlreadyAsked], await AskAsync());
        Assert.Equal([AskRefusal.AlreadyAsked], await Requests.AskAsync(Client.MapToIPv6(), "Kim", "Work", Cancelled));
    }

    [Fact]
    public async Task Of_many_who_ask_at_once_from_one_address_one_is_taken()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => AskAsync())));

        Assert.Single(outcomes, outcome => outcome.Count is 0);
        Assert.Equal(1, await Requests.CountOpenAsync(Cancelled));
    }

    [Fact]
    public async Task Who_asks_again_and_again_has_to_wait()
    {
        for (var i = 0; i < 5; i++)
        {
            Assert.Empty(await AskAsync());
            await DeclineAsync(await LatestAsync());
        }

        Assert.Equal([AskRefusal.TooOften], await AskAsync());
        Database.Time.Advance(TimeSpan.FromHours(2));
        Assert.Empty(await AskAsync());
    }

    [Fact]
    public async Task All_together_cannot_fill_the_disk()
    {
        for (var i = 0; i < 30; i++)
            Assert.Empty(await Requests.AskAsync(new IPAddress([10, 1, 0, (byte)i]), "Kim", "Work", Cancelled));
        Assert.Equal([AskRefusal.TooOften], await AskAsync());

        await using (var context = Database.CreateDbContext())
        {
            context.AccessRequests.AddRange(Enumerable.Range(0, 970).Select(i => new AccessRequest
            {
                Client = $"10.2.{i / 250}.{i % 250}",
                Name = "Kim",
                Reason = "Work",
                AskedAt = Database.Time.GetUtcNow(),
            }));
            await context.SaveChangesAsync(Cancelled);
        }

        Database.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal([AskRefusal.TooMany], await AskAsync());
        Assert.Equal("10.1.0.0", (await Requests.OpenAsync(3, Cancelled))[0].Client);
    }

    [Fact]
    public async Task Who_is_approved_is_registered_and_both_are_on_record()
    {
        await AskAsync();

        var change = await ApproveAsync(await LatestAsync(), new(null, Role.Admin, 8501, "Kim"));

        Assert.Equal(("10.0.0.9", Role.Admin, 8501, "Kim"), (change.Row?.Network, change.Row?.Role, change.Row?.Port, change.Row?.Label));
        Assert.Equal((AccessRequestState.Approved, "anna"), await StateAsync());
        Assert.Equal(
            [AuditAction.AccessRequested, AuditAction.RegistrationAdded, AuditAction.RequestApproved],
            (await EntriesAsync()).Select(entry => entry.Action));
    }

    [Fact]
    public async Task What_the_registry_refuses_leaves_the_request_open()
    {
        await Database.AddAsync("10.0.0.1", port: 8501);
        await AskAsync();
        var before = (await EntriesAsync()).Count;

        var change = await ApproveAsync(await LatestAsync(), new(null, Role.User, 8501));

        Assert.Equal([("Port", RegistryErrorCode.PortTaken, "10.0.0.1")], Errors(change));
        Assert.Equal((AccessRequestState.Open, ""), await StateAsync());
        Assert.Equal(before, (await EntriesAsync()).Count);
    }

    [Fact]
    public async Task Where_the_record_cannot_be_written_nobody_is_let_in()
    {
        await AskAsync();
        Database.Execute("CREATE TRIGGER refuse BEFORE INSERT ON AuditEntries BEGIN SELECT RAISE(ABORT, 'refused'); END");
        var request = await LatestAsync();

        await Assert.ThrowsAsync<DbUpdateException>(() => ApproveAsync(request, new(null, Role.User)));

        Assert.Empty(await Store.AllAsync(Cancelled));
        Assert.Equal((AccessRequestState.Open, ""), await StateAsync());
    }

    [Fact]
    public async Task A_registration_that_admits_nobody_any_more_is_renewed()
    {
        var row = await Database.AddAsync("10.0.0.9", label: "old", enabled: false);
        await AskAsync();

        var change = await ApproveAsync(await LatestAsync(), new(null, Role.User, Label: "new"));

        Assert.Equal((row.Id, "new", true), (change.Row?.Id, change.Row?.Label, change.Row?.Enabled));
    }

    [Fact]
    public async Task Who_was_registered_meanwhile_is_not_registered_anew()
    {
        await AskAsync();
        await Database.AddAsync("10.0.0.9", Role.Admin, label: "Kim");

        var change = await ApproveAsync(await LatestAsync(), new(null, Role.User));

        Assert.Equal([("Network", RegistryErrorCode.NetworkTaken, "Kim")], Errors(change));
    }

    [Fact]
    public async Task The_second_of_two_admins_is_told_who_was_first()
    {
        await AskAsync();
        var request = await LatestAsync();
        Assert.True((await DeclineAsync(request, " Ask\nAnna ")).Succeeded);

        Assert.Equal([("", RegistryErrorCode.RequestDecided, "anna")], Errors(await ApproveAsync(request, new(null, Role.User))));
        Assert.Equal([("", RegistryErrorCode.RequestDecided, "anna")], Errors(await DeclineAsync(request)));
        Assert.Equal("Ask Anna", (await LatestAsync()).Word);
        Assert.Empty(await Store.AllAsync(Cancelled));
        Assert.Equal((AuditAction.RequestDeclined, "Kim: Ask Anna"), (await EntriesAsync()).Select(one => (one.Action, one.Detail)).Last());
    }

    [Theory]
    [InlineData("\u0007", RegistryErrorCode.WordInvalid)]
    [InlineData(null, RegistryErrorCode.WordTooLong)]
    public async Task A_word_that_cannot_be_shown_declines_nothing(string? word, RegistryErrorCode code)
    {
        await AskAsync();

        var change = await DeclineAsync(await LatestAsync(), word is null ? new string('a', 501) : $"a{word}b");

        Assert.Equal([("Word", code, null)], Errors(change));
        Assert.Equal((AccessRequestState.Open, ""), await StateAsync());
    }

    private Task<IReadOnlyList<AskRefusal>> AskAsync(string? name = "Kim", string? reason = "Work") =>
        Requests.AskAsync(Client, name, reason, Cancelled);

    private Task<RegistryChange> ApproveAsync(AccessRequest request, RegisteredIpDraft draft) =>
        Requests.ApproveAsync(request.Id, request.Version, draft, Anna, Cancelled);

    private Task<RegistryChange> DeclineAsync(AccessRequest request, string? word = null) =>
        Requests.DeclineAsync(request.Id, request.Version, word, Anna, Cancelled);

    private async Task<AccessRequest> LatestAsync() =>
        Assert.IsType<AccessRequest>(await Requests.LatestAsync(Client, Cancelled));

    private async Task<(AccessRequestState State, string By)> StateAsync()
    {
        var request = await LatestAsync();
        return (request.State, request.DecidedBy);
    }

    private async Task<List<AuditEntry>> EntriesAsync()
    {
        await using var context = Database.CreateDbContext();
        return await context.AuditEntries.OrderBy(entry => entry.Id).ToListAsync(Cancelled);
    }
}
