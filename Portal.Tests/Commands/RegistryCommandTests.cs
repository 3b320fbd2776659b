using System.Net;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Portal.Data;
using Portal.Tests.Doubles;
using Portal.Web.Launch.Processes;
using Xunit;

namespace Portal.Tests.Commands;

/// <summary>The registry from the command line: as on the pages, whether the portal runs or not.</summary>
public sealed class RegistryCommandTests : IAsyncLifetime
{
    private const string SudoUser = "command line (ann)";

    private readonly PortalUnderTest _portal = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Database => _portal.Ground.PathOf("data/portal.db");

    public ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(_portal.Ground.PathOf("data"));
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _portal.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_admin_who_is_locked_out_gets_back_in_with_one_command_while_the_portal_runs()
    {
        await _portal.InitializeAsync();
        await _portal.AddAsync(new RegisteredIpDraft("10.9.9.9", Role.Admin));
        var store = _portal.Service<RegisteredIpStore>();
        var own = await store.ResolveAsync(IPAddress.Parse(PortalUnderTest.Admin), Cancelled);
        Assert.NotNull(own);
        await store.UpdateAsync(own.Id, own.Version, new(own.Network, Role.User, Enabled: false), new Actor("test"), Cancelled);
        var admin = _portal.ClientFrom(PortalUnderTest.Admin);
        Assert.NotEqual(HttpStatusCode.OK, await StatusAsync(admin));

        (await RunAsync("registry", "set", PortalUnderTest.Admin, "--enable", "--role", "admin")).Done();

        await Eventually.TrueAsync(async () => await StatusAsync(admin) is HttpStatusCode.OK);

        (await RunAsync("registry", "add", PortalUnderTest.Stranger, "--role", "admin")).Done();

        var stranger = _portal.ClientFrom(PortalUnderTest.Stranger);
        await Eventually.TrueAsync(async () => await StatusAsync(stranger) is HttpStatusCode.OK);
        var entry = (await _portal.Service<AuditStore>().ListAsync(new(Action: AuditAction.RegistrationAdded), null, null, 1, Cancelled)).Items[0];
        Assert.Equal((SudoUser, "", PortalUnderTest.Stranger), (entry.Actor, entry.Address, entry.Subject));
    }

    [Fact]
    public async Task Before_the_first_start_the_registry_is_filled_as_the_portal_fills_it()
    {
        var added = (await RunAsync("registry", "add", "10.1.2.3", "--port", "9000", "--label", "한글", "--expires", "2100-01-01T00:00Z", "--notes", "=1", "--json")).Done().Json;

        Assert.Equal(
            ["network", "role", "port", "label", "notes", "enabled", "expiresAt", "state", "updatedAt", "updatedBy"],
            added.EnumerateObject().Select(property => property.Name), StringComparer.Ordinal);
        Assert.Equal(
            ("10.1.2.3", "user", 9000, "한글", "=1", true, "enabled", SudoUser),
            (Text(added, "network"), Text(added, "role"), added.GetProperty("port").GetInt32(), Text(added, "label"), Text(added, "notes"),
                added.GetProperty("enabled").GetBoolean(), Text(added, "state"), Text(added, "updatedBy")));
        Assert.Equal(new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero), added.GetProperty("expiresAt").GetDateTimeOffset());

        var listed = (await RunAsync("registry", "list", "--json")).Done().Json;
        Assert.Equal(
            ["10.1.2.3", PortalUnderTest.Admin, PortalUnderTest.User, PortalUnderTest.OtherUser, "192.0.2.1"],
            listed.EnumerateArray().Select(row => Text(row, "network")), StringComparer.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Database));

        var who = (await RunAsync("who", "10.1.2.3", "--json")).Done().Json;
        Assert.True(who.GetProperty("admitted").GetBoolean());
        Assert.Equal("10.1.2.3", Text(who.GetProperty("registration"), "network"));
        Assert.Equal(["stub"], who.GetProperty("apps").EnumerateArray().Select(app => app.GetString()), StringComparer.Ordinal);
    }

    [Fact]
    public async Task What_the_pages_refuse_is_refused_with_a_word_of_what_to_do()
    {
        var last = await RunAsync("registry", "remove", PortalUnderTest.Admin);
        var taken = await RunAsync("registry", "add", PortalUnderTest.User);
        var inside = await RunAsync("registry", "set", "10.0.0.1", "--disable");

        Assert.Equal((1, ""), (last.ExitCode, last.Output));
        Assert.Contains("no active administrator", last.Errors, StringComparison.Ordinal);
        Assert.Equal(1, taken.ExitCode);
        Assert.Contains($"portal registry set {PortalUnderTest.User}", taken.Errors, StringComparison.Ordinal);
        Assert.Equal(1, inside.ExitCode);
        Assert.Contains("portal registry add 10.0.0.1", inside.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("registry")]
    [InlineData("regsitry list")]
    [InlineData("registry set 10.1.2.3")]
    [InlineData("registry set 10.1.2.3 --enable --disable")]
    [InlineData("registry add 10.1.2.3 --expires soon")]
    [InlineData("who everybody")]
    public async Task What_cannot_be_understood_is_told_as_misuse(string words)
    {
        var outcome = await RunAsync(words.Split(' '));

        Assert.Equal((2, ""), (outcome.ExitCode, outcome.Output));
        Assert.Contains("--help", outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Labels_and_actors_cannot_drive_the_terminal()
    {
        (await RunAsync("registry", "add", "10.1.2.3")).Done();
        const string Hostile = "char(27) || ']0;owned' || char(7) || char(155) || '31m' || char(8238) || 'x' || char(10) || 'OK'";
        Execute($"UPDATE RegisteredIps SET Label = {Hostile}, Notes = {Hostile}, UpdatedBy = {Hostile}");
        Execute($"UPDATE AuditEntries SET Actor = {Hostile}, Detail = {Hostile}");

        foreach (var words in new[] { "registry list", "who 10.1.2.3", "audit tail", "registry list --json", "audit tail --json" })
        {
            var output = (await RunAsync(words.Split(' '))).Done().Output;
            Assert.DoesNotContain(output, character => character is not '\n' && char.IsControl(character));
            Assert.DoesNotContain(output.Split('\n'), line => line.StartsWith("OK", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_file_is_imported_as_a_whole_after_a_dry_run_that_changes_nothing()
    {
        var file = _portal.Ground.PathOf("rows.csv");
        await File.WriteAllTextAsync(file, "network,role,label\n10.2.0.0/16,user,Lab\n10.2.0.1,admin,\n", Cancelled);

        var dry = (await RunAsync("registry", "import", file, "--dry-run", "--json")).Done().Json;
        Assert.Equal((false, 2, 0), (dry.GetProperty("committed").GetBoolean(), dry.GetProperty("added").GetInt32(), dry.GetProperty("refused").GetInt32()));
        Assert.DoesNotContain("10.2.0.1", (await RunAsync("registry", "list")).Done().Output, StringComparison.Ordinal);

        (await RunAsync("registry", "import", file)).Done();
        var exported = (await RunAsync("registry", "export")).Done().Output;
        Assert.Contains("10.2.0.0/16,user,,Lab", exported, StringComparison.Ordinal);

        await File.WriteAllTextAsync(file, exported, Cancelled);
        var again = (await RunAsync("registry", "import", file, "--json")).Done().Json;
        Assert.Equal((6, 0), (again.GetProperty("unchanged").GetInt32(), again.GetProperty("changed").GetInt32()));

        await File.WriteAllTextAsync(file, "network,port\n10.3.0.1,9001\n10.3.0.2,80\n", Cancelled);
        var refused = await RunAsync("registry", "import", file);
        Assert.Equal(1, refused.ExitCode);
        Assert.Matches("3 +Refused +10.3.0.2 +Port: ", refused.Output);
        Assert.Contains("Nothing is imported", refused.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("10.3.0.1", (await RunAsync("registry", "export")).Done().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_data_directory_nothing_is_made()
    {
        Directory.Delete(_portal.Ground.PathOf("data"));

        var outcome = await RunAsync("registry", "list");

        Assert.Equal((1, ""), (outcome.ExitCode, outcome.Output));
        Assert.Contains("--Portal:DataDirectory", outcome.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_portal.Ground.PathOf("data")));
    }

    [Fact]
    public async Task Nothing_is_left_in_the_folder_of_another_user()
    {
        Assert.SkipUnless(Posix.UserId is 0, "Only root can give a folder away.");
        await Tool.RunAsync("chown", "65534", _portal.Ground.PathOf("data"));

        var outcome = await RunAsync("registry", "add", "10.1.2.3");

        Assert.Equal((1, ""), (outcome.ExitCode, outcome.Output));
        Assert.Contains("sudo -u nobody", outcome.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_portal.Ground.PathOf("data")));
    }

    [Fact]
    public async Task A_newer_database_is_refused_in_the_portals_own_words()
    {
        (await RunAsync("registry", "list")).Done();
        Execute("INSERT INTO __EFMigrationsHistory VALUES ('29990101000000_Later', '99.0')");

        var outcome = await RunAsync("registry", "list");

        Assert.Equal((1, ""), (outcome.ExitCode, outcome.Output));
        Assert.Contains("newer version of the portal", outcome.Errors, StringComparison.Ordinal);
    }

    private static string? Text(JsonElement row, string name) => row.GetProperty(name).GetString();

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client)
    {
        using var answer = await client.GetAsync("/admin/", Cancelled);
        return answer.StatusCode;
    }

    private Task<CommandOutcome> RunAsync(params string[] words) => CommandUnderTest.RunAsync(_portal, words);

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
