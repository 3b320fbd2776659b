using Portal.Data;
using Xunit;

namespace Portal.Tests.Data;

public sealed class DraftCheckTests : DatabaseTest
{
    [Fact]
    public async Task Everything_that_is_to_be_mended_is_said_at_once()
    {
        await Database.AddAsync("10.0.0.1", port: 8501);

        var change = await AddAsync(new(
            "10.1.2.3/16", (Role)7, 80, new string('x', 101) + '\n' + "x", ExpiresAt: Database.Time.GetUtcNow(), Notes: new string('x', 1000) + '\r' + '\0'));

        Assert.Null(change.Row);
        Assert.Equal(
            [
                ("Network", RegistryErrorCode.NetworkHasHostBits, "10.1.0.0/16"),
                ("Role", RegistryErrorCode.RoleInvalid, null),
                ("Port", RegistryErrorCode.PortOutOfRange, null),
                ("Label", RegistryErrorCode.LabelTooLong, null),
                ("Label", RegistryErrorCode.LabelInvalid, null),
                ("Notes", RegistryErrorCode.NotesTooLong, null),
                ("Notes", RegistryErrorCode.NotesInvalid, null),
                ("ExpiresAt", RegistryErrorCode.ExpiryInPast, null),
            ],
            Errors(change));
        Assert.Single(await Store.AllAsync(Cancelled));
    }

    [Fact]
    public async Task Notes_are_lines_that_end_alike_and_have_no_white_space_around_them()
    {
        var change = await AddAsync(new("10.0.0.1", Role.User, Notes: " a\r\nb\r\tc \n"));

        Assert.Equal("a\nb\n\tc", change.Row?.Notes);
    }

    [Fact]
    public async Task A_network_is_taken_in_whatever_notation_it_comes()
    {
        await Database.AddAsync("10.1.2.3", label: "Anna's");
        await Database.AddAsync("2001:db8::/32");

        Assert.Equal([("Network", RegistryErrorCode.NetworkTaken, "Anna's")], await RefusedAsync(new("::ffff:10.1.2.3", Role.User)));
        Assert.Equal([("Network", RegistryErrorCode.NetworkTaken, "")], await RefusedAsync(new("2001:0DB8:0::/32", Role.User)));
    }

    [Fact]
    public async Task A_network_that_was_typed_into_the_database_in_another_notation_is_taken_too()
    {
        var row = await Database.AddAsync("2001:db8::1");
        Database.Execute("UPDATE RegisteredIps SET Network = '2001:DB8::1'");

        Assert.Equal([("Network", RegistryErrorCode.NetworkTaken, null)], await RefusedAsync(new(row.Network, Role.User)));
    }

    [Fact]
    public async Task A_port_is_taken_and_says_by_whom()
    {
        await Database.AddAsync("10.0.0.1", port: 8501);
        var other = await Database.AddAsync("10.0.0.2", port: 8502);

        var added = await AddAsync(new("10.0.0.3", Role.User, 8501));
        var updated = await Store.UpdateAsync(
            other.Id, other.Version, new("10.0.0.2", Role.User, 8501), TemporaryDatabase.Anyone, Cancelled);

        Assert.Equal([("Port", RegistryErrorCode.PortTaken, "10.0.0.1")], Errors(added));
        Assert.Equal([("Port", RegistryErrorCode.PortTaken, "10.0.0.1")], Errors(updated));
    }

    [Fact]
    public async Task A_row_does_not_take_its_own_network_and_port_from_itself()
    {
        var row = await Database.AddAsync("10.0.0.1", port: 8501);

        var change = await Store.UpdateAsync(
            row.Id, row.Version, new("10.0.0.1/32", Role.User, 8501, "new"), TemporaryDatabase.Anyone, Cancelled);

        Assert.True(change.Succeeded);
    }

    [Fact]
    public async Task Any_number_of_rows_have_no_port()
    {
        await Database.AddAsync("10.0.0.1");
        await Database.AddAsync("10.0.0.2");
    }

    [Theory]
    [InlineData(int.MinValue, false)]
    [InlineData(0, false)]
    [InlineData(1023, false)]
    [InlineData(1024, true)]
    [InlineData(65535, true)]
    [InlineData(65536, false)]
    public async Task A_port_is_from_1024_to_65535(int port, bool accepted) =>
        Assert.Equal(
            accepted ? [] : [("Port", RegistryErrorCode.PortOutOfRange, null)],
            await RefusedAsync(new("10.0.0.1", Role.User, port)));

    [Fact]
    public async Task A_port_is_for_a_single_address_only()
    {
        Assert.Equal([("Port", RegistryErrorCode.PortOnNetwork, null)], await RefusedAsync(new("10.0.0.0/31", Role.User, 8501)));
        Assert.Empty(Errors(await AddAsync(new("10.0.0.0/32", Role.User, 8501))));
        Assert.Empty(Errors(await AddAsync(new("2001:db8::1/128", Role.User, 8502))));
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData("   ", "")]
    [InlineData("  Lab\u00a03 – 5G <b>% \t", "Lab\u00a03 – 5G <b>%")]
    [InlineData("\u1100\u1161", "가")]
    [InlineData("👩‍🔬", "👩‍🔬")]
    public async Task A_label_is_plain_text_without_white_space_around_it(string? typed, string kept) =>
        Assert.Equal(kept, (await AddAsync(new("10.0.0.1", Role.User, Label: typed))).Row?.Label);

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    [InlineData("a\u001b[31mb")]
    [InlineData("a\u0085b")]
    [InlineData("a\u2028b")]
    [InlineData("a\u202eb")]
    public async Task A_label_with_control_characters_is_refused(string label) =>
        Assert.Equal([("Label", RegistryErrorCode.LabelInvalid, null)], await RefusedAsync(new("10.0.0.1", Role.User, Label: label)));

    [Fact]
    public async Task Half_a_surrogate_pair_is_no_text() =>
        Assert.Equal([("Label", RegistryErrorCode.LabelInvalid, null)], await RefusedAsync(new("10.0.0.1", Role.User, Label: "a\ud83d")));

    [Fact]
    public async Task A_label_has_a_hundred_characters_at_most()
    {
        Assert.Empty(Errors(await AddAsync(new("10.0.0.1", Role.User, Label: new string('가', 100)))));
        Assert.Equal(
            [("Label", RegistryErrorCode.LabelTooLong, null)],
            Errors(await AddAsync(new("10.0.0.2", Role.User, Label: new string('가', 101)))));
    }

    [Fact]
    public async Task An_expiry_must_lie_ahead_when_it_is_new_and_may_stay_when_it_has_passed()
    {
        var now = Database.Time.GetUtcNow();
        var row = await Database.AddAsync("10.0.0.1", expiresAt: now.AddTicks(1));
        Database.Time.Advance(TimeSpan.FromHours(1));
        var elsewhere = row.ExpiresAt?.ToOffset(TimeSpan.FromHours(9));
        var draft = new RegisteredIpDraft("10.0.0.1", Role.User, Label: "expired", ExpiresAt: elsewhere);

        var relabelled = await Store.UpdateAsync(row.Id, row.Version, draft, TemporaryDatabase.Anyone, Cancelled);
        Assert.NotNull(relabelled.Row);
        var moved = await Store.UpdateAsync(
            row.Id, relabelled.Row.Version, draft with { ExpiresAt = now }, TemporaryDatabase.Anyone, Cancelled);

        Assert.Empty(relabelled.Errors);
        Assert.Equal([("ExpiresAt", RegistryErrorCode.ExpiryInPast, null)], Errors(moved));
    }

    private async Task<IEnumerable<(string Field, RegistryErrorCode Code, string? Argument)>> RefusedAsync(
        RegisteredIpDraft draft) => Errors(await AddAsync(draft));
}
