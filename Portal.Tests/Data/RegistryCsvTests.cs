using Portal.Data;
using Xunit;

namespace Portal.Tests.Data;

public sealed class RegistryCsvTests : DatabaseTest
{
    private const string Head = "network,role,port,label,notes,enabled,expires\r\n";

    private static readonly TimeZoneInfo Seoul = TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(9), "test", "test");

    [Fact]
    public async Task What_is_exported_and_read_again_changes_nothing()
    {
        await FillAsync();
        var rows = await Store.ExportAsync(new(), Cancelled);

        var plan = await Store.TryImportAsync(RegistryCsv.Read('\uFEFF' + RegistryCsv.Write(rows), Seoul), TemporaryDatabase.Anyone, Cancelled);

        Assert.Equal((7, 7), (plan.Items.Count, plan.Count(ImportKind.Unchanged)));
    }

    [Fact]
    public async Task What_is_exported_fills_an_empty_registry_with_the_same()
    {
        await FillAsync();
        var before = RegistryCsv.Write(await Store.AllAsync(Cancelled));
        using var other = new TemporaryDatabase();
        await other.PrepareAsync();
        var lines = RegistryCsv.Read(before, Seoul);

        var plan = await other.Store().TryImportAsync(lines, TemporaryDatabase.Anyone, Cancelled);
        var done = await other.Store().ImportAsync(lines, plan.Fingerprint, TemporaryDatabase.Anyone, Cancelled);

        Assert.True(done.Committed);
        Assert.Equal(before, RegistryCsv.Write(await other.Store().AllAsync(Cancelled)));
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+82 2", "'+82 2")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("'=1", "''=1")]
    [InlineData("'quoted'", "'quoted'")]
    [InlineData("a=b", "a=b")]
    [InlineData("a \"b\", c", "\"a \"\"b\"\", c\"")]
    public void What_a_spreadsheet_would_run_is_defused_and_read_as_it_was(string label, string written)
    {
        var text = RegistryCsv.Write([new RegisteredIp { Network = "10.0.0.1", Role = Role.User, Label = label }]);

        Assert.Equal($"{Head}10.0.0.1,user,,{written},,true,\r\n", text);
        Assert.Equal(label, Assert.Single(RegistryCsv.Read(text, Seoul)).Draft.Label);
    }

    [Theory]
    [InlineData("2026-12-31", "2026-12-30T15:00:00Z")]
    [InlineData("2026-12-31T18:00", "2026-12-31T09:00:00Z")]
    [InlineData("2026-12-31 18:00:30", "2026-12-31T09:00:30Z")]
    [InlineData("2026-12-31 9:00", "2026-12-31T00:00:00Z")]
    [InlineData("2026-12-31 9:00:30", "2026-12-31T00:00:30Z")]
    [InlineData("2026-12-31T18:00:00+01:00", "2026-12-31T17:00:00Z")]
    [InlineData("2026-12-31T18:00:00.1234567Z", "2026-12-31T18:00:00.1234567Z")]
    public void A_moment_without_a_zone_is_the_servers(string written, string moment) => Assert.Equal(
        DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture),
        Assert.Single(RegistryCsv.Read($"expires,network\n{written},10.0.0.1", Seoul)).Draft.ExpiresAt);

    [Theory]
    [InlineData("role\nuser", 1, "", RegistryErrorCode.FileColumns)]
    [InlineData("network,network\n10.0.0.1,10.0.0.1", 1, "", RegistryErrorCode.FileColumns)]
    [InlineData("network;role\n10.0.0.1;user", 1, "", RegistryErrorCode.FileColumnUnknown)]
    [InlineData("network,\"role\n10.0.0.1,user", 1, "", RegistryErrorCode.FileQuotes)]
    [InlineData("network,label\n10.0.0.1,a\"b", 2, "", RegistryErrorCode.FileQuotes)]
    [InlineData("network,label\n10.0.0.1,\"a\"b", 2, "", RegistryErrorCode.FileQuotes)]
    [InlineData("network,notes\n10.0.0.1,\"a\r\nb\"\n\n10.0.0.2", 5, "", RegistryErrorCode.FileFields)]
    [InlineData("network,role\n10.0.0.1,owner", 2, "Role", RegistryErrorCode.RoleInvalid)]
    [InlineData("network,port\n10.0.0.1,80x", 2, "Port", RegistryErrorCode.PortOutOfRange)]
    [InlineData("network,enabled\n10.0.0.1,perhaps", 2, "Enabled", RegistryErrorCode.EnabledInvalid)]
    [InlineData("network,expires\n10.0.0.1,31.12.2026", 2, "ExpiresAt", RegistryErrorCode.ExpiryInvalid)]
    [InlineData("network,expires\n10.0.0.1,9999-12-31T23:59:59.9999999Z", 2, "ExpiresAt", RegistryErrorCode.ExpiryInvalid)]
    public void What_cannot_be_read_is_said_with_its_line(string text, int line, string field, RegistryErrorCode code)
    {
        var wrong = Assert.Single(RegistryCsv.Read(text, Seoul), one => one.Errors.Count > 0);

        Assert.Equal((line, field, code), (wrong.Line, wrong.Errors[0].Field, Assert.Single(wrong.Errors).Code));
        Assert.Equal(field.Length > 0 ? text.Split(',', '\n')[^1] : null, wrong.Errors[0].Value);
    }

    [Fact]
    public void A_moment_is_written_with_the_zone_that_people_read_it_in()
    {
        RegisteredIp[] rows = [new() { Network = "10.0.0.1", Role = Role.User, ExpiresAt = new(2026, 12, 31, 9, 0, 0, TimeSpan.Zero) }];

        Assert.EndsWith(",2026-12-31T18:00:00.0000000+09:00\r\n", RegistryCsv.Write(rows, Seoul), StringComparison.Ordinal);
        Assert.EndsWith(",2026-12-31T09:00:00.0000000Z\r\n", RegistryCsv.Write(rows), StringComparison.Ordinal);
        Assert.Equal(rows[0].ExpiresAt, Assert.Single(RegistryCsv.Read(RegistryCsv.Write(rows, Seoul), TimeZoneInfo.Utc)).Draft.ExpiresAt);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF\r\n\n")]
    [InlineData(Head)]
    public void A_file_without_rows_asks_for_nothing(string text) => Assert.Empty(RegistryCsv.Read(text, Seoul));

    [Fact]
    public async Task An_export_holds_the_rows_of_the_list_and_no_others()
    {
        await FillAsync();

        Assert.Equal("10.0.0.3", Assert.Single(await Store.ExportAsync(new(State: RegistrationState.Disabled), Cancelled)).Network);
        Assert.Equal(2, (await Store.ExportAsync(new("v6", PageSize: 1), Cancelled)).Count);
    }

    private async Task FillAsync()
    {
        var now = Database.Time.GetUtcNow();
        RegisteredIpDraft[] drafts =
        [
            new("10.0.0.1", Role.Admin, 8501, "=cmd|' /C calc'!A0", ExpiresAt: now.AddTicks(12345678)),
            new("10.0.0.2", Role.User, null, "관리자, \"A\"", Notes: "line 1\nline 2\n\n=3"),
            new("10.0.0.3", Role.User, 8502, "'-apostrophe", Enabled: false, Notes: "'"),
            new("10.1.0.0/16", Role.User, ExpiresAt: now.AddHours(1)),
            new("2001:db8::/32", Role.User, Label: "v6 a", Notes: "\t tab"),
            new("2001:db8::1", Role.Admin, 9000, "v6 b", Notes: "a,b;c"),
            new("192.0.2.1", Role.User, Label: "''"),
        ];
        foreach (var draft in drafts)
            Assert.Empty((await AddAsync(draft)).Errors);
        Database.Time.Advance(TimeSpan.FromHours(2));
    }
}
