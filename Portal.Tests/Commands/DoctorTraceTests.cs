using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using CliWrap;
using Microsoft.Data.Sqlite;
using Portal.Data;
using Portal.Tests.Doubles;
using Xunit;

namespace Portal.Tests.Commands;

/// <summary>The doctor leaves no trace: names, contents, modes and times are the same before and after, whatever it finds.</summary>
public sealed class DoctorTraceTests : IAsyncLifetime
{
    private readonly PortalUnderTest _portal = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Database => _portal.Ground.PathOf("data/portal.db");

    /// <summary>A data directory that was used, with a database, and an interpreter that says it has Streamlit.</summary>
    public async ValueTask InitializeAsync()
    {
        var python = _portal.Ground.PathOf("python");
        await File.WriteAllTextAsync(python, "#!/bin/sh\necho 1.39.0\n", Cancelled);
        File.SetUnixFileMode(python, (UnixFileMode)0b111_000_000);
        _portal.Apps = [new StubApp { Python = python }];
        await using var made = await PortalUnderTest.StartAsync(portal => portal.Apps = _portal.Apps);
        await made.AddAsync(new("10.1.1.1", Role.User));
        await made.StopAsync();
        SqliteConnection.ClearAllPools();
        await Tool.ShellAsync(_portal.Ground.Folder, $"cp -a {made.Ground.PathOf("data")} .");
    }

    public async ValueTask DisposeAsync()
    {
        await _portal.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("true", null)]
    [InlineData("chmod 400 portal.db", "cannot read and write")]
    [InlineData("chmod 500 .", "cannot create files in")]
    [InlineData("touch portal.db-wal; chmod 400 portal.db-wal", "cannot read and write")]
    [InlineData("rm portal.db", "is empty or gone")]
    [InlineData(": > portal.db", "is empty or gone")]
    [InlineData("dd if=/dev/urandom of=portal.db bs=4096 seek=1 count=3 conv=notrunc 2>/dev/null", "damaged")]
    [InlineData("echo 00000001-00000001 > registry.id", "another registry")]
    [InlineData("echo '{' > instances/broken.json; rm -r logs", null)]
    public async Task Of_an_ordinary_user(string done, string? problem)
    {
        AppsUser.Invite(_portal.Ground);
        var data = _portal.Ground.PathOf("data");
        await Tool.ShellAsync(_portal.Ground.Folder, $"chown -R {AppsUser.Nobody.Name} . && chmod -R go= data");
        await Tool.ShellAsync(data, done);

        var before = await TraceAsync();
        var doctor = await CommandUnderTest.RunUnderAsync(_portal, AppsUser.Nobody.Command, "doctor", "--json");
        var after = await TraceAsync();

        Assert.Equal(before, after);
        Assert.Equal(problem is null ? [] : ["database"], ProblemsOf(doctor).Select(one => one.Check), StringComparer.Ordinal);
        if (problem is not null) Assert.Contains(problem, ProblemsOf(doctor)[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_what_a_killed_portal_left_in_the_log()
    {
        await using (var killed = new SqliteConnection($"Data Source={Database};Pooling=False"))
        {
            await killed.OpenAsync(Cancelled);
            await using var command = killed.CreateCommand();
            command.CommandText = "PRAGMA wal_autocheckpoint = 0; UPDATE RegisteredIps SET Enabled = 0";
            await command.ExecuteNonQueryAsync(Cancelled);
            await Tool.ShellAsync(_portal.Ground.Folder, "cp -a data killed");
        }

        await Tool.ShellAsync(_portal.Ground.Folder, "rm -r data; mv killed data");
        Assert.True(new FileInfo(Database + "-wal").Length > 0);

        var before = await TraceAsync();
        var doctor = await CommandUnderTest.RunAsync(_portal, "doctor", "--json");

        Assert.Equal(before, await TraceAsync());
        Assert.Contains(ProblemsOf(doctor), one => one.Text is "no active admin is registered");
    }

    [Fact]
    public async Task While_the_portal_runs()
    {
        await _portal.InitializeAsync();
        await _portal.AddAsync(new("10.2.2.2", Role.User));
        // What the portal itself still has to write comes to an end first.
        var (before, since) = ("", TimeProvider.System.GetTimestamp());
        await Eventually.TrueAsync(async () =>
        {
            var (earlier, now) = (before, await TraceAsync());
            before = now;
            if (!string.Equals(earlier, now, StringComparison.Ordinal) || new FileInfo(Database + "-wal").Length > 0)
                since = TimeProvider.System.GetTimestamp();
            return TimeProvider.System.GetElapsedTime(since) > TimeSpan.FromSeconds(5);
        });

        var doctor = await CommandUnderTest.RunAsync(_portal, "doctor", "--json");

        Assert.Equal(before, await TraceAsync());
        Assert.Empty(ProblemsOf(doctor));
    }

    [Fact]
    public async Task The_portal_starts_after_it_once_the_mode_is_right()
    {
        AppsUser.Invite(_portal.Ground);
        await Tool.ShellAsync(_portal.Ground.Folder, $"chown -R {AppsUser.Nobody.Name} . && chmod -R go= data && chmod 400 data/portal.db");
        _ = await CommandUnderTest.RunUnderAsync(_portal, AppsUser.Nobody.Command, "doctor", "--json");

        File.SetUnixFileMode(Database, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var list = await CommandUnderTest.RunUnderAsync(_portal, AppsUser.Nobody.Command, "registry", "list");

        Assert.Contains("10.1.1.1", list.Done().Output, StringComparison.Ordinal);
    }

    private static List<Found> ProblemsOf(CommandOutcome doctor) =>
        [.. JsonSerializer.Deserialize<List<Found>>(doctor.Output, JsonSerializerOptions.Web)!.Where(one => one.Level is "problem")]; // JSON that is null would be a bug

    /// <summary>Whatever a file or folder of the test has, a line each.</summary>
    private async Task<string> TraceAsync()
    {
        var lines = new List<string>();
        foreach (var entry in new DirectoryInfo(_portal.Ground.Folder).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
            .OrderBy(entry => entry.FullName, StringComparer.Ordinal))
        {
            var isFile = entry is FileInfo && !entry.Name.EndsWith(".sock", StringComparison.Ordinal) && entry.Name is not "portal.lock";
            var content = isFile ? Convert.ToHexString(SHA256.HashData(await ReadAsync(entry.FullName))) : "";
            lines.Add(string.Create(
                CultureInfo.InvariantCulture, $"{entry.FullName} {entry.UnixFileMode} {entry.LastWriteTimeUtc:O} {content}"));
        }

        return string.Join('\n', lines);
    }

    /// <summary>By another process: to close a database's file would drop the locks that SQLite has on it in this one.</summary>
    private static async Task<byte[]> ReadAsync(string file)
    {
        using var content = new MemoryStream();
        _ = await (Cli.Wrap("cat").WithArguments([file]) | PipeTarget.ToStream(content)).ExecuteAsync(Cancelled);
        return content.ToArray();
    }

    private sealed record Found(string Check, string Level, string Text);
}
