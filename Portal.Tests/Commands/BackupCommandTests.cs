using Microsoft.Data.Sqlite;
using Portal.Data;
using Xunit;

namespace Portal.Tests.Commands;

/// <summary>A copy is made while the portal works, and can take the database's place.</summary>
public sealed class BackupCommandTests : IAsyncLifetime
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly PortalUnderTest _portal = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _portal.InitializeAsync();

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Fact]
    public async Task What_was_written_before_it_is_back_after_a_restore_and_what_came_later_is_not()
    {
        await _portal.AddAsync(new RegisteredIpDraft("10.0.0.1", Role.User, Label: "before"));
        var copy = _portal.Ground.PathOf("copy.db");

        var told = (await RunAsync("backup", copy, "--json")).Done().Json;
        await _portal.AddAsync(new RegisteredIpDraft("10.0.0.2", Role.User, Label: "after"));

        Assert.Equal(
            (copy, new FileInfo(copy).Length, OwnerOnly),
            (told.GetProperty("file").GetString(), told.GetProperty("bytes").GetInt64(), File.GetUnixFileMode(copy)));

        // As operations.md tells.
        await _portal.RestartAsync(() =>
        {
            SqliteConnection.ClearAllPools();
            foreach (var file in Directory.GetFiles(_portal.Ground.PathOf("data"), "portal.db*"))
                File.Delete(file);
            File.Copy(copy, _portal.Ground.PathOf("data/portal.db"));
        });

        var labels = (await _portal.Service<RegisteredIpStore>().AllAsync(Cancelled)).Select(row => row.Label).ToList();
        Assert.Contains("before", labels, StringComparer.Ordinal);
        Assert.DoesNotContain("after", labels, StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_folder_gets_a_file_named_by_the_moment_and_nothing_is_overwritten()
    {
        var folder = Directory.CreateDirectory(_portal.Ground.PathOf("copies")).FullName;
        var kept = _portal.Ground.PathOf("kept");
        await File.WriteAllTextAsync(kept, "kept", Cancelled);

        (await RunAsync("backup", folder)).Done();
        var refused = await RunAsync("backup", kept);
        var homeless = await RunAsync("backup", Path.Combine(folder, "none", "copy.db"));

        Assert.Matches(@"^portal-\d{8}T\d{6}Z\.db$", Path.GetFileName(Assert.Single(Directory.GetFiles(folder))));
        Assert.Equal((1, "kept"), (refused.ExitCode, await File.ReadAllTextAsync(kept, Cancelled)));
        Assert.Contains("is there already", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(1, homeless.ExitCode);
        Assert.Contains("cannot be written", homeless.Errors, StringComparison.Ordinal);
    }

    private Task<CommandOutcome> RunAsync(params IEnumerable<string> words) => CommandUnderTest.RunAsync(_portal, words);
}
